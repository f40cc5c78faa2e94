import { groupPids, killGroup } from "../isolation/groups";
import type { Census, Counter } from "./census";
import { type Identity, isAlive, isInit, type Stat, send } from "./proc";
import { isShortage } from "./read";

/*
 * Killing a tree, by the strongest means at hand and then by the next, so that nothing is left whatever the first one missed.
 *
 *   namespace  number 1 of the run's space of process numbers is killed: the kernel ends everything in there, and nobody ever leaves it
 *   cgroup     the run's control groups are killed (version 2), or what is in them is taken like what carries the mark (version 1)
 *   marker     look ──▶ stop all that are new ──▶ look again until nobody is new ──▶ kill all ──▶ look … until nobody is left
 *
 * What a bot ever started is found by its mark, which a child inherits without knowing; by its ancestors and by the run's own session,
 * for a process that wrote over its environment (setproctitle) or was given another; and by the run's groups, which only root leaves (systemd moves whom it is asked to).
 * Stopped first, because whoever is stopped cannot fork while the others are being killed.
 *
 * A mark is a claim which any process of the same user can make. A bot that starts a child under another bot's mark gets
 * that child killed together with the other bot, and nothing else: only the process that carries exactly this mark, and
 * what it started itself, is ever taken; never the session or the group it sits in, unless that is the run's own.
 */

/** What belongs to a run. */
export type Belongs = {
  /** The run's mark, or how to tell the marks of several. */
  mark: string | ((mark: string) => boolean);
  /** The run's own session, as long as it is sure that the number still means it. */
  session?: () => number | undefined;
  /** Left to the last: it writes down how the bot ended and then goes by itself. */
  recorder?: Identity | undefined;
  /** What started the bot in its sandbox, number 1 in there if that has a `space` of process numbers of its own. */
  init?: Identity | undefined;
  space?: boolean;
  /** The bot itself. */
  bot?: Identity;
  /** Folders of the run's control groups, whether they exist or not. */
  groups?: readonly string[];
};

/** How long a recording shell may take to write its record when its bot is gone, ms. */
const RECORD_MS = 1_000;
/** How long those who were killed, and who writes that down, are given before the next look, ms. */
const GONE_MS = 50;
/** How soon it is tried again when there was nothing left to look with, ms. */
const AGAIN_MS = 100;

/** The living processes of a run, never ourselves, nor those we came from. `inGroups`: pids seen in the run's control groups. */
export function members(
  census: Census,
  belongs: Belongs,
  inGroups: readonly number[] = [],
  known: ReadonlyMap<number, string> = new Map(),
): Stat[] {
  const found = new Map<number, Stat>();
  const take = (stat: Stat | undefined) => {
    if (!stat || census.kin.has(stat.pid) || found.has(stat.pid)) return;
    found.set(stat.pid, stat);
    census.childrenOf(stat.pid).forEach(take);
  };
  for (const [pid, start] of known) if (census.get(pid)?.start === start) take(census.get(pid));
  const { mark } = belongs;
  if (typeof mark === "string") census.marked.get(mark)?.forEach(take);
  else for (const [one, who] of census.marked) if (mark(one)) who.forEach(take);
  for (const pid of inGroups) take(census.get(pid));
  const session = belongs.session?.();
  if (session !== undefined && !census.get(session)) census.inSession(session).forEach(take);
  return [...found.values()];
}

/** Kills everything of a run and settles when nothing of it is left, or when `closed` says to leave it. */
export async function killTree(counter: Counter, belongs: Belongs, closed: () => boolean): Promise<void> {
  const { recorder, init, groups = [] } = belongs;
  const known = new Map<number, string>();
  const untouchable = new Set<number>();
  const is = (who: Identity | undefined, stat: Stat) => stat.pid === who?.pid && stat.start === who.start;
  // Left to the last: recorder, sandbox and INIT, each of which tells how the one below it ended.
  const isWriter = (stat: Stat) =>
    is(recorder, stat) || (init !== undefined && (is(init, stat) || stat.ppid === recorder?.pid));
  let alone: number | undefined;
  let empty = false;
  if (init) signalOne(init, "SIGKILL");
  for (const group of groups) killGroup(group);

  /** One look and what follows from it: how long to wait before the next one, ms, or true when nothing is left. */
  async function step(round: number): Promise<number | true> {
    // Before the look: who is born after this has a parent in it.
    const inGroups = groupPids(groups);
    const census = await counter.fresh();
    const all = members(census, belongs, inGroups, known).filter((stat) => !untouchable.has(stat.pid));
    let targets = all.filter((stat) => !isWriter(stat));
    if (targets.length === 0) {
      if (all.length === 0) {
        // In the moment of its exec a process shows no mark: who was missed is seen by a second look.
        if (round === 0 || empty) return true;
        empty = true;
        return 1;
      }
      alone ??= performance.now();
      const left = alone + RECORD_MS - performance.now();
      if (left > 0) {
        await gone(all, left);
        return 0;
      }
      targets = all;
    }
    empty = false;
    const strangers = targets.filter((stat) => known.get(stat.pid) !== stat.start);
    for (const stat of strangers) {
      known.set(stat.pid, stat.start);
      // A number 1 takes all with it that could fork. A program of another user (setuid) cannot be signalled by us at all.
      if (!signalOne(stat, isInit(stat.pid) ? "SIGKILL" : "SIGSTOP") && isAlive(stat)) untouchable.add(stat.pid);
    }
    if (strangers.length > 0 && round < 50) return 0;
    for (const stat of targets) signalOne(stat, "SIGKILL");
    // A look costs far more than to ask after those who are known: most are gone in a moment.
    await gone(all, GONE_MS);
    return Math.min(round, 100);
  }

  for (let round = 0, strong = false; !closed(); round++) {
    try {
      if (!strong && (await killStrongly(belongs))) return;
      strong = true;
      const wait = await step(round);
      if (wait === true) return;
      if (wait > 0) await pause(wait);
    } catch (error) {
      if (!isShortage(error)) throw error;
      await pause(AGAIN_MS);
    }
  }
}

/**
 * Kills by namespace and by cgroup. True when that was enough beyond doubt, so that nobody needs to look: number 1 of the space is gone,
 * which the kernel lets it be only after everybody in there, and so are those outside who write that down.
 */
async function killStrongly({ recorder, init, space, bot, groups = [] }: Belongs): Promise<boolean> {
  const isWatched = recorder !== undefined && isAlive(recorder);
  if (space && init) signalOne(init, "SIGKILL");
  // Of a bot that ended by itself there is often nothing but a recorder on its way out.
  if (space || (bot && !isAlive(bot))) await gone([...(init ? [init] : []), ...(recorder ? [recorder] : [])], GONE_MS);
  if (isWatched && space && init && !isAlive(init) && !isAlive(recorder) && groupPids(groups).length === 0) return true;
  for (const group of groups) killGroup(group);
  return false;
}

/** Signals exactly this process: who got its number since is left alone. */
function signalOne(who: Identity, signal: NodeJS.Signals): boolean {
  return isAlive(who) && send(who.pid, signal);
}

/** Settles when none of them lives, or after so many ms. */
async function gone(who: readonly Identity[], ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (who.some(isAlive) && performance.now() < until) await pause(2);
}

const pause = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));
