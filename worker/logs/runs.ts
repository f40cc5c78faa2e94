import { readFileSync, statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { type BotRun, botRun } from "#contracts/bot";
import type { LogSource } from "#contracts/log";
import { type LiveEnd, logFile, measure } from "./bytes";
import { type End, openEnd } from "./end";
import { createMembers, type Members } from "./members";
import { ifMissing } from "./missing";
import { standingFile } from "./standing";

/** A run whose record says nothing of an end, but which has a successor, is given this long to be written down, ms. */
const GRACE_MS = 2_000;

/** The list of runs is believed for this long, ms: whoever follows looks far more often than a bot can be started. */
const LIST_MS = 250;

/** What is known of one run's log at one moment. All reading within a look goes no further than `size`. */
export type RunLook = {
  run: number;
  file: string;
  /** What its bytes are opened with, see withBytes. */
  log: { runDir: string; source: LogSource; members: Members };
  /** The offset after its last byte. */
  size: number;
  /** Last write, ms. */
  mtime: number;
  /** Where its newest bytes lie. */
  live: LiveEnd;
  /** Says in one word how its record stood; see Runs.glance. */
  recordKey: string;
  /** It was launched, and its record says nothing of an end: until that says so there is no next run. */
  lives: boolean;
  /** Its record; absent before it was launched, and always for the install log, which has no marks. */
  record?: BotRun;
  /** Nothing more will be written: text without a newline at the end is a line. */
  done: boolean;
  /** There is something to tell of it: a reader may go on into it. */
  open: boolean;
};

/** The runs of one bot as they were at one moment, oldest first. */
export type Look = { runs: readonly number[]; at(run: number): Promise<RunLook> };

/** Reads the folders bots/<id>/runs. Whatever is not there counts as empty. `members`: what was unpacked, shared by many. */
export function openRuns(botsDir: string, botId: string, source: LogSource, members = createMembers()) {
  const runsDir = `${botsDir}/${botId}/runs`;
  const records = new Map<number, { key: string; record: BotRun | undefined }>();

  let listed: { runs: number[]; at: number } | undefined;

  async function numbers(): Promise<number[]> {
    const now = performance.now();
    if (listed && now - listed.at < LIST_MS) return listed.runs;
    const names = await readdir(runsDir).catch(ifMissing([]));
    const runs = names
      .filter((name) => /^[1-9]\d{0,8}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
    listed = { runs, at: now };
    return runs;
  }

  const fileOf = (run: number) => logFile(`${runsDir}/${run}`, source);
  const recordFileOf = (run: number) => `${runsDir}/${run}/run.json`;

  // Synchronous on purpose, all that is asked of a followed log many times a second: it takes microseconds.
  const standsAt = (path: string) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? `${found.ino}.${found.mtimeMs}.${found.size}` : "";
  };

  /** The record, read again only when the file was replaced. */
  function recordOf(run: number): { key: string; record: BotRun | undefined } {
    const path = recordFileOf(run);
    const key = standsAt(path);
    if (key === "") return { key, record: undefined };
    const known = records.get(run);
    if (known?.key === key) return known;
    const read = { key, record: parse(readIf(path)) };
    records.set(run, read);
    return read;
  }

  async function lookAt(run: number, next: number | undefined): Promise<RunLook> {
    // The record before the size: once it says "ended", the size is final.
    const { key: recordKey, record } = recordOf(run);
    const lives = record !== undefined && record.endedAt === undefined;
    const file = fileOf(run);
    const log = { runDir: `${runsDir}/${run}`, source, members };
    const seen = { run, file, log, recordKey, lives, ...(await measure(log.runDir, source, members)) };
    // A launched bot has done installing.
    if (source === "install") return { ...seen, done: record !== undefined || next !== undefined, open: true };
    const done = record?.endedAt !== undefined || (next !== undefined && (await isOld(`${runsDir}/${next}`)));
    // Bytes may come a moment before the record is there; but a record that never comes must not hide them.
    const open = record !== undefined || done || (seen.size > 0 && (await isOld(file)));
    return { ...seen, record, done, open };
  }

  return {
    /** Lists the runs; `at` looks at one, once, so that every reader of this look sees the same end. */
    async look(): Promise<Look> {
      const runs = await numbers();
      const seen = new Map<number, Promise<RunLook>>();
      for (const run of records.keys()) if (!runs.includes(run)) records.delete(run);
      return {
        runs,
        at(run) {
          const known = seen.get(run) ?? lookAt(run, runs[runs.indexOf(run) + 1]);
          seen.set(run, known);
          return known;
        },
      };
    },
    /** Says in one word how a run's log stands; as long as the word is the same there is nothing new of it. */
    glance(run: number): string {
      const log = statSync(fileOf(run), { throwIfNoEntry: false });
      const standing = source === "install" ? "" : standsAt(standingFile(`${runsDir}/${run}`));
      return `${log?.size}/${standsAt(recordFileOf(run))}/${standing}`;
    },
    /** Holds the growing end of a run's log open, see end.ts. */
    openEnd: (seen: RunLook): End | undefined => openEnd(seen, () => standsAt(recordFileOf(seen.run))),
    dir: (run: number) => `${runsDir}/${run}`,
  };
}
export type Runs = ReturnType<typeof openRuns>;

function readIf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return ifMissing("")(error);
  }
}

function parse(text: string): BotRun | undefined {
  try {
    return botRun.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(ifMissing(null));
  return found !== null && Date.now() - (found.birthtimeMs || found.ctimeMs) > GRACE_MS;
}
