import { statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogSource } from "#contracts/log";
import { createMembers, type Members } from "./members";
import { ifMissing } from "./missing";
import { MEMBER, readIndex, readMember } from "./segment";
import {
  deduceStanding,
  type Piece,
  parseStanding,
  readPieces,
  type Standing,
  segmentsDir,
  standingText,
} from "./standing";

/** Bytes that are not there any more, [from, to), and why: see the mark `gap`. */
export type Gap = { from: number; to: number; why: "bounds" | "outrun" | "damaged" };

/** The log of one run as one row of bytes, wherever they lie; as it was when it was opened, and no longer. */
export interface LogBytes {
  /** The first offset that is kept. A line begins there. */
  readonly start: number;
  /** The offset after the last byte. */
  readonly size: number;
  /** What is missing, in rising order and apart from each other by at least a byte, beginning with [0, start) unless that is empty. */
  readonly gaps: readonly Gap[];
  /**
   * Reads `length` bytes from the offset `position` into `buffer` at `at`; fewer only at the end. Throws Lost when they are in no
   * gap and all the same not there any more: open it again.
   */
  read(buffer: Buffer, at: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/** What was there when the log was opened is not there now, or cannot be unpacked: opened again, the log has a gap there. */
export class Lost extends Error {}

/**
 * A cut takes milliseconds, where programs wait for their turn or a dead worker left many of them seconds. One that takes longer than this
 * will not be finished any more, ms; nobody who asks waits as long.
 */
const CUT_MS = 30_000;
/** How often somebody who reads through `withBytes` finds that what was there is gone. */
const TRIES = 50;

export const logFile = (runDir: string, source: LogSource) =>
  `${runDir}/${source === "console" ? "out.log" : "install.log"}`;

/** Opens the log of a run; one that is not there is empty. It is not safe for two readings at once. */
export async function openBytes(
  runDir: string,
  source: LogSource,
  members: Members = createMembers(),
): Promise<LogBytes> {
  const file = await open(logFile(runDir, source), "r").catch(ifMissing(null));
  const segments = openSegments(runDir, members);
  const close = async () => {
    await segments.close();
    await file?.close();
  };
  try {
    let now = await stand();
    const { start, gaps } = now;
    const size = Math.max(now.liveFrom, now.shift + now.live);

    /** Where everything is at one moment: nothing was cut between the first look and the last. */
    async function stand() {
      for (;;) {
        const { text, standing } = await quiet(runDir, source);
        const pieces = await piecesOf(runDir, source, text, members);
        const live = (await file?.stat()) ?? null;
        if (source === "console" && standingText(runDir) !== text) continue;
        const { base, shift } = standing ?? deduceStanding(pieces, live);
        return { text, base, shift, live: live?.size ?? 0, pieces, ...layOut(base, pieces, segments.damageOf) };
      }
    }

    /** Reads from the one place where `position` is; at least a byte. */
    async function readSome(buffer: Buffer, at: number, length: number, position: number): Promise<number> {
      for (;;) {
        if (position >= now.liveFrom) {
          if (!file) return 0;
          const { bytesRead } = await file.read(buffer, at, length, position - now.shift);
          if (source === "install" || standingText(runDir) === now.text) return bytesRead;
          now = await stand(); // It was cut meanwhile: what was read may be from anywhere.
          continue;
        }
        const piece = now.pieces.find(({ from, to }) => from <= position && position < to);
        if (!piece?.packed) throw new Lost(`nothing is kept at ${position}`);
        return segments.read(piece, buffer, at, Math.min(length, piece.to - position), position);
      }
    }

    return {
      start,
      size,
      gaps,
      async read(buffer, at, length, position) {
        const wanted = Math.min(length, size - position);
        let done = 0;
        while (done < wanted) {
          const some = await readSome(buffer, at + done, wanted - done, position + done);
          if (some === 0) break;
          done += some;
        }
        return { bytesRead: Math.max(0, done) };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens a log for one reading, and again for as long as what it stands on is taken away. Cuts of the log are not waited for. */
export async function withBytes<T>(
  { runDir, source, members }: { runDir: string; source: LogSource; members: Members },
  read: (bytes: LogBytes) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const bytes = await openBytes(runDir, source, members);
    try {
      return await read(bytes);
    } catch (error) {
      if (!(error instanceof Lost) || tries >= TRIES) throw error;
      members.forget(runDir);
    } finally {
      await bytes.close();
    }
  }
}

/** Offsets from `from` on lie in the live file, `shift` before their place there, for as long as rotate.json has this text. */
export type LiveEnd = { text: string; shift: number; from: number };

/** How far a log has come and when it was last written, ms; without opening anything when it was never cut. */
export async function measure(
  runDir: string,
  source: LogSource,
  members: Members,
): Promise<{ size: number; mtime: number; live: LiveEnd }> {
  for (;;) {
    const { text, standing } = await quiet(runDir, source);
    const live = statSync(logFile(runDir, source), { throwIfNoEntry: false });
    const pieces = await piecesOf(runDir, source, text, members);
    if (source === "console" && standingText(runDir) !== text) continue;
    const { base, shift } = standing ?? deduceStanding(pieces, live ?? null);
    const from = Math.max(base, pieces.at(-1)?.to ?? 0);
    const size = Math.max(from, shift + (live?.size ?? 0));
    return { size, mtime: live?.mtimeMs ?? 0, live: { text, shift, from } };
  }
}

const segmentsOf = (runDir: string) => statSync(segmentsDir(runDir), { throwIfNoEntry: false });

/** The pieces of a run; listed anew only when something was packed, cut or removed. */
async function piecesOf(runDir: string, source: LogSource, text: string, members: Members): Promise<Piece[]> {
  const found = source === "console" ? segmentsOf(runDir) : undefined;
  if (!found) return [];
  return members.pieces(runDir, `${found.ino}.${found.mtimeMs}.${text}`, () => readPieces(runDir));
}

/** Where the live file stands, once nothing is being cut; undefined when that is garbage. */
async function quiet(runDir: string, source: LogSource): Promise<{ text: string; standing: Standing | undefined }> {
  if (source === "install") return { text: "", standing: { base: 0, shift: 0 } };
  const until = performance.now() + CUT_MS;
  for (;;) {
    const text = standingText(runDir);
    const standing = text === "" && segmentsOf(runDir) ? undefined : parseStanding(text);
    if (standing?.cut?.phase !== "cutting") return { text, standing };
    if (performance.now() > until) throw new Error(`${runDir}: a cut that was begun is not finished`);
    await sleep(1);
  }
}

/** Where the live file takes over from the pieces, and what lies nowhere. */
function layOut(base: number, pieces: readonly Piece[], damageOf: (piece: Piece) => readonly Omit<Gap, "why">[]) {
  const gaps: Gap[] = [];
  let end = 0;
  const miss = (to: number, why: Gap["why"]) => {
    if (to <= end) return;
    const last = gaps.at(-1);
    // What lies before everything that is kept is one gap, whatever it was.
    if (last && last.to === end && (last.why === why || last.from === 0)) last.to = to;
    else gaps.push({ from: end, to, why });
    end = to;
  };
  for (const piece of pieces) {
    miss(piece.from, end === 0 ? "bounds" : "damaged");
    if (!piece.packed) miss(piece.to, "outrun");
    for (const { from, to } of piece.packed ? damageOf(piece) : []) {
      end = Math.max(end, from);
      miss(to, "damaged");
    }
    end = Math.max(end, piece.to);
  }
  miss(base, end === 0 ? "bounds" : "damaged");
  const [first] = gaps;
  return { start: first?.from === 0 ? first.to : 0, liveFrom: end, gaps };
}

/** Reads out of segments; holds the file of the last one open. */
function openSegments(runDir: string, members: Members) {
  let last: { path: string; file: FileHandle; places: number[] } | undefined;
  const pathOf = (piece: Piece) => `${segmentsDir(runDir)}/${piece.name}`;

  async function close() {
    const file = last?.file;
    last = undefined;
    await file?.close();
  }

  async function opened(piece: Piece) {
    const path = pathOf(piece);
    if (last?.path === path) return last;
    await close();
    const file = await open(path, "r").catch(ifMissing(null));
    if (!file) throw new Lost(`${path} is gone`);
    try {
      last = { path, file, places: await readIndex(file, piece.to - piece.from) };
      return last;
    } catch {
      await file.close();
      members.spoil(path, piece);
      throw new Lost(`${path} is damaged`);
    }
  }

  async function memberOf(piece: Piece, index: number): Promise<Buffer> {
    const path = pathOf(piece);
    const known = members.get(path, index);
    if (known) return known;
    const { file, places } = await opened(piece);
    const from = piece.from + index * MEMBER;
    const to = Math.min(piece.to, from + MEMBER);
    try {
      const member = await readMember(file, places[index] ?? 0, places[index + 1] ?? 0, to - from);
      members.put(path, index, member);
      return member;
    } catch {
      members.spoil(path, { from, to });
      throw new Lost(`${path} is damaged`);
    }
  }

  return {
    damageOf: (piece: Piece) => members.damageOf(pathOf(piece)),
    async read(piece: Piece, buffer: Buffer, at: number, length: number, position: number): Promise<number> {
      const inPiece = position - piece.from;
      const member = await memberOf(piece, Math.floor(inPiece / MEMBER));
      const inMember = inPiece % MEMBER;
      return member.copy(buffer, at, inMember, Math.min(member.length, inMember + length));
    },
    close,
  };
}
