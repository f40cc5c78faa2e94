import { statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { type BotRun, botRun } from "#contracts/bot";
import type { LogSource } from "#contracts/log";
import { logFile, measure } from "./bytes";
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

  /** The record, read again only when the file was replaced. */
  async function recordOf(run: number): Promise<BotRun | undefined> {
    const path = recordFileOf(run);
    const found = await stat(path).catch(ifMissing(null));
    if (!found) return undefined;
    const key = `${found.ino}.${found.mtimeMs}.${found.size}`;
    const known = records.get(run);
    if (known?.key === key) return known.record;
    const text = await readFile(path, "utf8").catch(ifMissing(""));
    const record = parse(text);
    records.set(run, { key, record });
    return record;
  }

  async function lookAt(run: number, next: number | undefined): Promise<RunLook> {
    // The record before the size: once it says "ended", the size is final.
    const record = await recordOf(run);
    const file = fileOf(run);
    const log = { runDir: `${runsDir}/${run}`, source, members };
    const seen = { run, file, log, ...(await measure(log.runDir, source, members)) };
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
      // Synchronous on purpose: a followed log is glanced at many times a second, and this takes microseconds.
      const [log, record, standing] = [fileOf(run), recordFileOf(run), standingFile(`${runsDir}/${run}`)].map((path) =>
        statSync(path, { throwIfNoEntry: false }),
      );
      return `${log?.size}/${record?.ino}.${record?.mtimeMs}.${record?.size}/${standing?.ino}.${standing?.mtimeMs}`;
    },
    dir: (run: number) => `${runsDir}/${run}`,
  };
}
export type Runs = ReturnType<typeof openRuns>;

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
