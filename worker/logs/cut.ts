import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type FileHandle, link, open, readdir, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { logFile } from "./bytes";
import { emptyStopped, free } from "./means";
import { ifMissing } from "./missing";
import { type Fill, writeSegment } from "./segment";
import {
  type Cut,
  deduceStanding,
  parseStanding,
  pieceName,
  readPieces,
  type Standing,
  segmentsDir,
  standingText,
  writeStanding,
} from "./standing";

/*
 * Cutting the head off a file that somebody else is writing, so that a death at any moment loses and doubles nothing.
 *
 *   pieces hold everything before `to`
 *     ─▶ rotate.json: marking ─▶ the mark is written over the file's first bytes, which nobody reads any more
 *     ─▶ rotate.json: cutting (synced) ─▶ the cut ─▶ rotate.json: the new base
 *
 * Found `marking`, nothing was cut. Found `cutting`, the mark tells: as long as it stands at the head, nothing was cut; once it is
 * gone, all of it was, for a cut is one step of the file system. Contents and sizes could not tell: of a log that says the same line
 * again and again, every block is like every other, and its writer goes on.
 */

const HEAD = 4_096;
const bootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
const nameOf = (runDir: string, { mark }: Cut) => ({ link: `${runDir}/cut-${mark}`, rest: `${runDir}/rest-${mark}` });

/**
 * Cuts off everything before `to`, which must lie in pieces and, except for `stop`, a whole number of blocks into the live file.
 * Answers where the file stands afterwards. When it fails, the log is whole and stands where it stood, or where it would have.
 */
export async function cutHead(
  runDir: string,
  before: Standing,
  { to, method }: { to: number; method: Cut["method"] },
): Promise<Standing> {
  const { base, shift } = before;
  const cut: Cut = { ...(await draw(runDir, to - shift)), to, method };
  await writeStanding(runDir, { base, shift, cut }, false);
  if (method !== "punch") await writeMark(runDir, cut.mark);
  const cutting: Cut = { ...cut, phase: "cutting" };
  await writeStanding(runDir, { base, shift, cut: cutting }, true);
  try {
    return await carryOut(runDir, { base, shift, cut: cutting });
  } catch (error) {
    await finishCut(runDir);
    throw error;
  }
}

async function draw(runDir: string, next: number): Promise<Omit<Cut, "to" | "method">> {
  const file = await open(logFile(runDir, "console"), "r");
  try {
    const { size } = await file.stat();
    const mark = randomBytes(16).toString("hex");
    const hashes = { head: await hashAt(file, 0), next: await hashAt(file, next) };
    return { phase: "marking", mark, boot: bootId(), size, ...hashes };
  } finally {
    await file.close();
  }
}

async function writeMark(runDir: string, mark: string): Promise<void> {
  // Not for appending, and closed again before anybody is stopped who holds it open for writing.
  const file = await open(logFile(runDir, "console"), "r+");
  try {
    await file.write(mark, 0, "latin1");
  } finally {
    await file.close();
  }
}

type Cutting = Standing & { cut: Cut };

async function carryOut(runDir: string, standing: Cutting): Promise<Standing> {
  const { base, shift, cut } = standing;
  const names = nameOf(runDir, cut);
  // The one who cuts knows the file by a name of its own, so that whoever takes this over can take it away.
  await link(logFile(runDir, "console"), names.link);
  try {
    if (cut.method === "stop") await emptyStopped(names.link, cut.to - shift, names.rest);
    else
      await free(cut.method, names.link, {
        from: cut.method === "collapse" ? 0 : base - shift,
        to: cut.to - shift,
      });
  } finally {
    await rm(names.link, { force: true });
  }
  return settle(runDir, standing);
}

/** Writes down that the cut was made. */
async function settle(runDir: string, { shift, cut }: Cutting): Promise<Standing> {
  let base = cut.to;
  if (cut.method === "stop") {
    const { rest } = nameOf(runDir, cut);
    base += await packRest(runDir, cut.to, rest);
    await writeStanding(runDir, { base, shift: base }, true);
    await rm(rest, { force: true });
    return { base, shift: base };
  }
  const now = { base, shift: cut.method === "punch" ? shift : base };
  await writeStanding(runDir, now, false);
  return now;
}

/** Packs what was left of the file when it was emptied. Pieces may reach into it already. */
async function packRest(runDir: string, to: number, rest: string): Promise<number> {
  const file = await open(rest, "r").catch(ifMissing(null));
  if (!file) return 0;
  try {
    const { size } = await file.stat();
    const from = Math.max(to, (await readPieces(runDir)).at(-1)?.to ?? 0);
    const piece = { from, to: to + size, base: to + size, packed: true };
    const fill: Fill = async (buffer, at) => (await file.read(buffer, 0, buffer.length, at - to)).bytesRead;
    if (piece.from < piece.to) await writeSegment(`${segmentsDir(runDir)}/${pieceName(piece)}`, { ...piece, fill });
    return size;
  } finally {
    await file.close();
  }
}

/**
 * Finishes or undoes what a worker left that died while it cut, and removes what it began; to be done before anything of the run is
 * read. Answers where the live file stands, and says of what it found that made no sense.
 */
export async function finishCut(runDir: string, say: (text: string) => void = () => {}): Promise<Standing> {
  const text = standingText(runDir);
  const pieces = await readPieces(runDir);
  let standing = text === "" && pieces.length > 0 ? undefined : parseStanding(text);
  if (!standing) {
    standing = deduceStanding(pieces, await stat(logFile(runDir, "console")).catch(ifMissing(null)));
    say(`${runDir}: rotate.json makes no sense; by its pieces the log stands at ${standing.base}`);
    await writeStanding(runDir, standing, true);
  }
  if (standing.cut) standing = await finish(runDir, { ...standing, cut: standing.cut });
  await sweep(runDir);
  return standing;
}

async function finish(runDir: string, standing: Cutting): Promise<Standing> {
  const { base, shift, cut } = standing;
  const names = nameOf(runDir, cut);
  // Somebody may still be at it. Without the name nobody begins; whoever has begun carries the name.
  await rm(names.link, { force: true });
  while (isNamed(cut.mark)) await sleep(5);
  await letGoOn(runDir);
  if (cut.phase === "cutting") {
    if (cut.method === "punch") {
      // Once more does no harm.
      await free("punch", logFile(runDir, "console"), { from: base - shift, to: cut.to - shift }).catch(() => {});
      return settle(runDir, standing);
    }
    if (await wasCut(runDir, cut)) return settle(runDir, standing);
  }
  await writeStanding(runDir, { base, shift }, true);
  return { base, shift };
}

async function wasCut(runDir: string, cut: Cut): Promise<boolean> {
  const file = await open(logFile(runDir, "console"), "r").catch(ifMissing(null));
  if (!file) return true;
  try {
    const head = Buffer.alloc(cut.mark.length);
    await file.read(head, 0, head.length, 0);
    if (head.toString("latin1") === cut.mark) return false;
    if (cut.boot === bootId()) return true;
    // The machine itself went down: the mark may never have reached the disk. Nobody has written since.
    const { size } = await file.stat();
    const hash = await hashAt(file, 0);
    if (cut.head !== cut.next && (hash === cut.head || hash === cut.next)) return hash === cut.next;
    return size < cut.size;
  } finally {
    await file.close();
  }
}

async function hashAt(file: FileHandle, position: number): Promise<string> {
  const bytes = Buffer.alloc(HEAD);
  const { bytesRead } = await file.read(bytes, 0, HEAD, position);
  return createHash("sha256").update(bytes.subarray(0, bytesRead)).digest("hex");
}

/** Whether a process lives whose command line names this cut. */
function isNamed(mark: string): boolean {
  return pids().some((pid) => pid !== process.pid && readOr(`/proc/${pid}/cmdline`).includes(mark));
}

/** Lets whoever holds one of these logs open go on; whoever was not stopped does not notice. */
export async function letGoOn(...runDirs: readonly string[]): Promise<void> {
  const logs = new Set<string>();
  const stopped = pids().filter((pid) => /\) [Tt] /.test(readOr(`/proc/${pid}/stat`)));
  if (stopped.length === 0) return;
  for (const runDir of runDirs) {
    const found = await stat(logFile(runDir, "console")).catch(ifMissing(null));
    if (found) logs.add(`${found.dev}.${found.ino}`);
  }
  for (const pid of stopped) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of fds) {
      const held = await stat(`/proc/${pid}/fd/${fd}`).catch(() => null);
      if (!held || !logs.has(`${held.dev}.${held.ino}`)) continue;
      try {
        process.kill(pid, "SIGCONT");
      } catch {
        // It is gone.
      }
      break;
    }
  }
}

const pids = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Removes what was begun and never finished. */
async function sweep(runDir: string): Promise<void> {
  for (const name of await readdir(runDir).catch(ifMissing([]))) {
    if (/^(cut|rest|probe)-|^rotate\.json\.tmp$/.test(name))
      await rm(`${runDir}/${name}`, { recursive: true, force: true });
  }
  for (const name of await readdir(segmentsDir(runDir)).catch(ifMissing([]))) {
    if (name.endsWith(".tmp")) await rm(`${segmentsDir(runDir)}/${name}`, { force: true });
  }
}
