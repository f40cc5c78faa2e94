import type { Census, Counter } from "./census";
import { type Identity, isAlive, readStat, type Stat, send } from "./proc";

/*
 * Killing a tree. What a bot ever started is found by its mark, which a child inherits without knowing; by its ancestors
 * and by the run's own session, for a process that wrote over its environment (setproctitle) or was given another.
 *
 *   look ──▶ stop all that are new ──▶ look again until nobody is new ──▶ kill all ──▶ look … until nobody is left
 *
 * Stopped first, because whoever is stopped cannot fork while the others are being killed.
 *
 * A mark is a claim which any process of the same user can make. A bot that starts a child under another bot's mark gets
 * that child killed together with the other bot, and nothing else: only the process that carries exactly this mark, and
 * what it started itself, is ever taken; never the session or the group it sits in, unless that is the run's own.
 */

/** What belongs to a run. */
export type Belongs = {
  /** Whether a mark is the run's. */
  mark(mark: string): boolean;
  /** The run's own session, as long as it is sure that the number still means it. */
  session?: () => number | undefined;
  /** Left to the last: it writes down how the bot ended and then goes by itself. */
  recorder?: Identity | undefined;
};

/** How long a recording shell may take to write its record when its bot is gone, ms. */
const RECORD_MS = 1_000;

/** The living processes of a run, never ourselves, nor those we came from. */
export function members(census: Census, belongs: Belongs, known: ReadonlyMap<number, string> = new Map()): Stat[] {
  const kin = family();
  const session = belongs.session?.();
  const sessionIsOurs = session !== undefined && !census.procs.some((stat) => stat.pid === session);
  const children = new Map<number, Stat[]>();
  const found = new Map<number, Stat>();
  const take = (stat: Stat) => {
    if (kin.has(stat.pid) || found.has(stat.pid)) return;
    found.set(stat.pid, stat);
    for (const child of children.get(stat.pid) ?? []) take(child);
  };
  for (const stat of census.procs) {
    const siblings = children.get(stat.ppid);
    if (siblings) siblings.push(stat);
    else children.set(stat.ppid, [stat]);
  }
  for (const stat of census.procs) {
    const ours =
      known.get(stat.pid) === stat.start ||
      (sessionIsOurs && stat.session === session) ||
      census.marks(stat.pid).some(belongs.mark);
    if (ours) take(stat);
  }
  return [...found.values()];
}

/** This process and its ancestors. */
function family(): ReadonlySet<number> {
  const kin = new Set([0, 1, process.pid]);
  for (let pid = process.ppid; !kin.has(pid); pid = readStat(pid)?.ppid ?? 0) kin.add(pid);
  return kin;
}

/** Kills everything of a run and settles when nothing of it is left, or when `closed` says to leave it. */
export async function killTree(counter: Counter, belongs: Belongs, closed: () => boolean): Promise<void> {
  const known = new Map<number, string>();
  const untouchable = new Set<number>();
  const isRecorder = (stat: Identity) => stat.pid === belongs.recorder?.pid && stat.start === belongs.recorder.start;
  let alone: number | undefined;
  let empty = false;
  for (let round = 0; !closed(); round++) {
    const all = members(await counter.fresh(), belongs, known).filter((stat) => !untouchable.has(stat.pid));
    let targets = all.filter((stat) => !isRecorder(stat));
    if (targets.length === 0) {
      if (all.length === 0) {
        // In the moment of its exec a process shows no mark: who was missed is seen by a second look.
        if (round === 0 || empty) return;
        empty = true;
        await pause(1);
        continue;
      }
      alone ??= performance.now();
      if (performance.now() - alone < RECORD_MS) {
        await pause(2);
        continue;
      }
      targets = all;
    }
    empty = false;
    const strangers = targets.filter((stat) => known.get(stat.pid) !== stat.start);
    for (const stat of targets) known.set(stat.pid, stat.start);
    for (const stat of strangers) {
      // A program of another user (setuid) cannot be signalled by us at all.
      if (!signalOne(stat, "SIGSTOP") && isAlive(stat)) untouchable.add(stat.pid);
    }
    if (strangers.length > 0 && round < 50) continue;
    for (const stat of targets) signalOne(stat, "SIGKILL");
    await pause(Math.min(2 + round, 100));
  }
}

/** Signals exactly this process: who got its number since is left alone. */
function signalOne(who: Identity, signal: NodeJS.Signals): boolean {
  return isAlive(who) && send(who.pid, signal);
}

const pause = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));
