import { lstatSync, readdirSync, type Stats } from "node:fs";
import { Tally } from "../measure/lines";
import { cpuBetween, cpuOf } from "../measure/processes";
import { sleep, until } from "../measure/time";
import { KEEP_MB } from "../systems/botyard";
import type { Session } from "../systems/system";
import { appsOf, isOurs, type Work } from "./scenario";

const MB = 1024 * 1024;

/** One bot writes a number of lines as fast as it can: what that costs the supervisor, and whether all of them are there. */
export const flood =
  ({ lines }: { lines: number }) =>
  async ({ child, open, put }: Work): Promise<void> => {
    const session = open(appsOf(1, child.argv, "flood", lines, 0));
    await session.system.boot(session.apps, { keepAll: true });
    await session.startedBy("start");
    const before = cpuOf(session.helpers());
    session.go();
    await ended(session);
    await settled(session);
    put("flood cpu", (cpuBetween(before, cpuOf(session.helpers())) / lines) * 1e6);
    await session.end();
    const tally = new Tally();
    const [app] = session.apps;
    if (!app) return;
    await session.system.count(app.id, tally);
    const tag = session.records(app.id).find(({ kind }) => kind === "S")?.tag ?? "";
    put("flood lost", lines - tally.of(tag).unique);
  };

/** One bot writes for a time, with each supervisor's own bounds on a log: how much lies on the disk at the worst moment. */
export const runaway =
  ({ seconds }: { seconds: number }) =>
  async ({ contestant, child, open, put }: Work): Promise<void> => {
    const session = open(appsOf(1, child.argv, "flood", 0, seconds));
    await session.system.boot(session.apps);
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(
        most,
        session.system.logFolders().reduce((sum, folder) => sum + blocksIn(folder), 0),
      );
    }, 50);
    try {
      await session.startedBy("start");
      session.go();
      await ended(session);
    } finally {
      clearInterval(look);
    }
    put("runaway disk", most / MB);
    const told = session.records(session.apps[0]?.id ?? "").find(({ kind }) => kind === "E");
    put("runaway written", ((told?.count ?? 0) * 100) / MB);
    if (isOurs(contestant.name)) put("runaway above", Math.max(0, most / MB - KEEP_MB.bounded));
  };

const ended = (session: Session) =>
  until(
    "the child to have written everything",
    () => session.apps.every(({ id }) => session.records(id).some(({ kind }) => kind === "E")),
    { withinMs: 120_000 },
  );

/** Until the supervisor has written what it still held: its logs stand as they stood, and nothing is put off. */
async function settled(session: Session): Promise<void> {
  const size = () => session.system.logFolders().reduce((sum, folder) => sum + bytesIn(folder), 0);
  for (let last = -1, tries = 0; tries < 100; tries++) {
    const held = size();
    if (held === last && !session.system.putOff?.()) return;
    last = held;
    await sleep(400);
  }
}

const blocksIn = (folder: string): number => sumIn(folder, (file) => file.blocks * 512);
const bytesIn = (folder: string): number => sumIn(folder, (file) => file.size);

/** Of all files in a folder; one that has two names counts once. */
function sumIn(folder: string, of: (file: Stats) => number, seen = new Set<number>()): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) sum += sumIn(path, of, seen);
      else if (entry.isFile()) sum += sizeOf(path, of, seen);
    }
  } catch {
    // Removed while we looked.
  }
  return sum;
}

function sizeOf(path: string, of: (file: Stats) => number, seen: Set<number>): number {
  try {
    const found = lstatSync(path);
    if (seen.has(found.ino)) return 0;
    seen.add(found.ino);
    return of(found);
  } catch {
    return 0;
  }
}
