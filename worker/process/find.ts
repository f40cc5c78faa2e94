import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { BotId } from "#contracts/bot";
import { groupPids } from "../isolation/groups";
import type { Found, RawExit } from "../ports/index";
import type { Census, Counter } from "./census";
import { botBelow, initOf } from "./inner";
import { markOf, type RunGroups, type Seen } from "./live";
import { isAlive, isInit, marksOf, readStat } from "./proc";
import { readSmall } from "./read";
import { type Recorded, readExit, readIdentity, runFiles, runNumbers, wasTaken } from "./records";
import { type Belongs, killTree } from "./tree";

/** A shell that lives without a bot has some milliseconds to go, or hangs; ms. */
const BIRTH_MS = 3_000;
/** Bots that are looked for one after the other at boot share a look at /proc this old, ms. */
const SHARED_MS = 300;

export type FindPorts = { counter: Counter; bootId: string; isolation: RunGroups; closed: () => boolean };
/** What was found; a living run is not yet watched over. */
export type Finding = { kind: "alive"; seen: Seen } | Exclude<Found, { kind: "alive" }>;
type Ended = Extract<Found, { kind: "ended" }>;

/**
 * Finds what became of a bot's runs while nobody looked. The newest that lives is kept; what lives of others is killed.
 * Whatever is neither the process a record names nor carries the bot's mark is not touched.
 */
export async function findRun(botId: BotId, runsDir: string, ports: FindPorts): Promise<Finding> {
  const dirOf = (run: number) => `${runsDir}/${run}`;
  const newest = await newestTaken(runsDir, await runNumbers(runsDir));
  if (newest !== undefined) await written(dirOf(newest), markOf(botId, newest), ports);
  const doubtful = newest !== undefined && !readIdentity(runFiles(dirOf(newest)).pid);
  const census = await ports.counter.fresh(doubtful ? 0 : SHARED_MS);
  const marked = markedRuns(census, botId);
  const runs = [...new Set([...(newest === undefined ? [] : [newest]), ...marked])].sort((a, b) => b - a);

  let kept: Seen | undefined;
  for (const run of runs) {
    const seen = await identify(botId, run, dirOf(run), ports);
    if (seen && !kept) {
      kept = seen;
      continue;
    }
    const left = belongs(botId, run, seen, ports.isolation);
    // In its groups there may be what carries no mark any more.
    if (seen || marked.has(run) || groupPids(left.groups).length > 0) await killTree(ports.counter, left, ports.closed);
    // What its groups tell is still to be asked of the newest.
    if (run !== newest && !ports.closed()) ports.isolation.release(botId, run);
  }
  if (kept) return { kind: "alive", seen: kept };
  if (newest === undefined) return { kind: "nothing" };
  const found = ended(newest, dirOf(newest), ports.bootId, ports.isolation.limitHit(botId, newest));
  if (!ports.closed()) ports.isolation.release(botId, newest);
  return found;
}

/**
 * The newest run that a recording shell began. Newer folders which none ever took are taken now, so that one which a
 * dying worker still sent off is refused when it arrives.
 */
async function newestTaken(runsDir: string, runs: readonly number[]): Promise<number | undefined> {
  for (const run of runs) {
    const dir = `${runsDir}/${run}`;
    if (wasTaken(dir)) return run;
    const fenced = await writeFile(runFiles(dir).pid, "never launched\n", { flag: "wx", mode: 0o600 }).then(
      () => true,
      () => false,
    );
    if (!fenced && wasTaken(dir)) return run;
  }
  return undefined;
}

/**
 * Waits while the record of who took this folder may still be written: it is empty, and somebody there is to write it. That is a process
 * whose parent leaves it behind, and one look can miss both of them, the child not there yet when the processes are listed and the
 * parent gone when its turn comes. The next look cannot.
 */
async function written(runDir: string, mark: string, { counter, closed }: FindPorts): Promise<void> {
  const { pid } = runFiles(runDir);
  const until = performance.now() + BIRTH_MS;
  for (let missed = 0; missed < 2 && performance.now() < until && !closed(); await pause(10)) {
    if (readSmall(pid, 1)?.text !== "") return;
    missed = (await counter.fresh()).marked.has(mark) ? 0 : missed + 1;
  }
}

/** Runs of which anything carries the mark now. */
function markedRuns(census: Census, botId: BotId): ReadonlySet<number> {
  const prefix = `${botId}:`;
  const runs = new Set<number>();
  for (const [mark, who] of census.marked) {
    const run = mark.startsWith(prefix) ? mark.slice(prefix.length) : "";
    if (/^[1-9]\d{0,8}$/.test(run) && who.some(({ pid }) => pid !== process.pid)) runs.add(Number(run));
  }
  return runs;
}

/** The living bot of a run, if it is beyond doubt. */
async function identify(botId: BotId, run: number, runDir: string, ports: FindPorts): Promise<Seen | undefined> {
  const files = runFiles(runDir);
  const mark = markOf(botId, run);
  const carries = (pid: number) => marksOf(pid).includes(mark);
  const isOurs = (who: Recorded) => who.bootId === ports.bootId && isAlive(who);
  const written = readIdentity(files.pid);
  const recorder = written && isOurs(written) && carries(written.pid) ? written : undefined;
  const of = (bot: Seen["bot"], startedAt: number, session: number | undefined): Seen => ({
    botId,
    run,
    runDir,
    bot,
    recorder,
    init: initIn(bot),
    session: recorder?.session ?? session,
    startedAt: Math.min(startedAt, Date.now()), // The clock may have been set back since.
    adopted: true,
  });
  /** Also when the recorder is gone, or never wrote a line: number 1 of a space of its own can be nothing else. */
  function initIn(bot: Seen["bot"]): Seen["init"] {
    const parent = initOf(bot, mark);
    return parent && (written?.wrapped || isInit(parent.pid)) ? parent : undefined;
  }
  /** As it is written; a bot that wrote over its environment has a parent, recorder or number 1, that did not. */
  function asWritten(): Seen | undefined {
    const bot = readIdentity(files.start);
    if (!bot || !isOurs(bot)) return undefined;
    if (!carries(bot.pid) && !carries(readStat(bot.pid)?.ppid ?? 0)) return undefined;
    // With a space of its own between, the bot is in a session of its own as well.
    return of(bot, bot.at, bot.session);
  }

  const seen = asWritten();
  if (seen || !recorder) return seen;
  // No start record yet, or garbage: it is the one child of its recorder, or of what the recorder put around it.
  const until = performance.now() + BIRTH_MS;
  while (isAlive(recorder) && performance.now() < until && !ports.closed()) {
    const census = await ports.counter.fresh();
    const bot = recorder.wrapped ? botBelow(census, recorder) : census.childrenOf(recorder.pid)[0];
    const now = asWritten();
    if (now) return now;
    if (bot && isAlive(recorder)) return of(bot, recorder.at, bot.session);
    await pause(10);
  }
  return undefined;
}

const belongs = (botId: BotId, run: number, seen: Seen | undefined, isolation: RunGroups) =>
  ({
    mark: markOf(botId, run),
    recorder: seen?.recorder,
    init: seen?.init,
    groups: isolation.groupsOf(botId, run),
    session: () => (seen && readStat(seen.bot.pid)?.start === seen.bot.start ? seen.session : undefined),
  }) satisfies Belongs;

/** What is told of a run that is over. */
export function ended(run: number, runDir: string, bootId: string, limit: RawExit["limit"]): Ended {
  const files = runFiles(runDir);
  const record = readIdentity(files.start) ?? readIdentity(files.pid);
  const startedAt = record?.at ?? changedAt(files.pid) ?? Date.now();
  // Nobody wrote down when it ended: it lived at least until its last output.
  const lost: RawExit = {
    code: null,
    signal: null,
    at: changedAt(files.output) ?? startedAt,
    recorded: false,
  };
  const exit = readExit(runDir, true);
  return {
    kind: "ended",
    run,
    startedAt,
    // The clock may have been set back meanwhile.
    exit: { ...(exit ?? lost), at: Math.max(exit?.at ?? lost.at, startedAt), ...(limit && { limit }) },
    rebooted: !exit && record !== null && record.bootId !== bootId,
  };
}

const pause = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));

function changedAt(path: string): number | undefined {
  try {
    return Math.round(statSync(path).mtimeMs);
  } catch {
    return undefined;
  }
}
