import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { BotId } from "#contracts/bot";
import type { Found, RawExit } from "../ports";
import type { Census, Counter } from "./census";
import { markOf, type Seen } from "./live";
import { isAlive, marksOf, readStat } from "./proc";
import { type Recorded, readExit, readIdentity, runFiles, runNumbers, wasTaken } from "./records";
import { type Belongs, killTree } from "./tree";

/** A shell that lives without a bot has some milliseconds to go, or hangs; ms. */
const BIRTH_MS = 3_000;
/** Bots that are looked for one after the other at boot share a look at /proc this old, ms. */
const SHARED_MS = 300;

export type FindPorts = { counter: Counter; bootId: string; closed: () => boolean };
/** What was found; a living run is not yet watched over. */
export type Finding = { kind: "alive"; seen: Seen } | Exclude<Found, { kind: "alive" }>;

/**
 * Finds what became of a bot's runs while nobody looked. The newest that lives is kept; what lives of others is killed.
 * Whatever is neither the process a record names nor carries the bot's mark is not touched.
 */
export async function findRun(botId: BotId, runsDir: string, ports: FindPorts): Promise<Finding> {
  const dirOf = (run: number) => `${runsDir}/${run}`;
  const newest = await newestTaken(runsDir, await runNumbers(runsDir));
  // An empty record can be one that is just being written: only a look that begins now sees its writer.
  const doubtful = newest !== undefined && !readIdentity(runFiles(dirOf(newest)).pid);
  const census = await ports.counter.fresh(doubtful ? 0 : SHARED_MS);
  const marked = markedRuns(census, botId);
  const runs = [...new Set([...(newest === undefined ? [] : [newest]), ...marked])].sort((a, b) => b - a);

  let kept: Seen | undefined;
  for (const run of runs) {
    const seen = await identify(botId, run, dirOf(run), ports);
    if (seen && !kept) kept = seen;
    else if (seen || marked.has(run)) await killTree(ports.counter, belongs(botId, run, seen), ports.closed);
  }
  if (kept) return { kind: "alive", seen: kept };
  return newest === undefined ? { kind: "nothing" } : ended(newest, dirOf(newest), ports.bootId);
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

/** Runs of which anything carries the mark now. */
function markedRuns(census: Census, botId: BotId): ReadonlySet<number> {
  const marks = census.procs.flatMap(({ pid }) => (pid === process.pid ? [] : census.marks(pid)));
  return new Set(
    marks
      .map((mark) => /^([a-z0-9]+):([1-9]\d{0,8})$/.exec(mark))
      .flatMap((match) => (match?.[1] === botId ? [Number(match[2])] : [])),
  );
}

/** The living bot of a run, if it is beyond doubt. */
async function identify(botId: BotId, run: number, runDir: string, ports: FindPorts): Promise<Seen | undefined> {
  const files = runFiles(runDir);
  const mark = markOf(botId, run);
  const isOurs = (who: Recorded) => who.bootId === ports.bootId && isAlive(who) && marksOf(who.pid).includes(mark);
  const written = readIdentity(files.pid);
  const recorder = written && isOurs(written) ? written : undefined;
  const of = (bot: Seen["bot"], startedAt: number, session: number): Seen => ({
    botId,
    run,
    runDir,
    bot,
    recorder,
    session: recorder?.session ?? session,
    startedAt,
    adopted: true,
  });

  const bot = readIdentity(files.start);
  if (bot && isOurs(bot)) return of(bot, bot.at, bot.session);
  if (!recorder) return undefined;
  // No start record yet, or garbage, or the bot wrote over its environment: it is the one child of its recorder.
  const until = performance.now() + BIRTH_MS;
  while (isAlive(recorder) && performance.now() < until && !ports.closed()) {
    const child = (await ports.counter.fresh()).procs.find(({ ppid }) => ppid === recorder.pid);
    if (child && isAlive(recorder)) return of(child, bot?.at ?? recorder.at, child.session);
    await new Promise((go) => setTimeout(go, 10));
  }
  return undefined;
}

const belongs = (botId: BotId, run: number, seen: Seen | undefined): Belongs => ({
  mark: (mark) => mark === markOf(botId, run),
  recorder: seen?.recorder,
  session: () => (seen && readStat(seen.bot.pid)?.start === seen.bot.start ? seen.session : undefined),
});

function ended(run: number, runDir: string, bootId: string): Finding {
  const files = runFiles(runDir);
  const record = readIdentity(files.start) ?? readIdentity(files.pid);
  const startedAt = record?.at ?? changedAt(files.pid) ?? Date.now();
  // Nobody wrote down when it ended: it lived at least until its last output.
  const lost: RawExit = {
    code: null,
    signal: null,
    at: Math.max(startedAt, changedAt(files.output) ?? 0),
    recorded: false,
  };
  const exit = readExit(runDir, true);
  return {
    kind: "ended",
    run,
    startedAt,
    exit: exit ?? lost,
    rebooted: !exit && record !== null && record.bootId !== bootId,
  };
}

function changedAt(path: string): number | undefined {
  try {
    return Math.round(statSync(path).mtimeMs);
  } catch {
    return undefined;
  }
}
