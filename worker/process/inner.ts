import type { Census } from "./census";
import { type Identity, isInit, numbersOf, readStat, type Stat } from "./proc";

/*
 * A bot in a space of process numbers of its own (pid namespace), as bwrap makes it:
 *
 *   recorder ──▶ bwrap ──▶ INIT, number 1 in there ──▶ bot, and whatever lost its parent in there
 */

/** Number 1 of the space that the bot lives in, which started it; undefined when it lives in ours. */
export function initOf(bot: Identity): Identity | undefined {
  const now = readStat(bot.pid);
  if (now?.start !== bot.start || numbersOf(bot.pid).length < 2) return undefined;
  const parent = readStat(now.ppid);
  return parent && isInit(parent.pid) ? { pid: parent.pid, start: parent.start } : undefined;
}

/** The bot below this recorder: the first that number 1 started, whoever else it took in since. */
export function botBelow(census: Census, recorder: Identity): Stat | undefined {
  const inits = census
    .childrenOf(recorder.pid)
    .flatMap(({ pid }) => census.childrenOf(pid).filter((one) => isInit(one.pid)));
  const [first] = inits.flatMap(({ pid }) => census.childrenOf(pid)).sort(byAge);
  return first;
}

const inside = ({ pid }: Stat) => numbersOf(pid).at(-1) ?? 0;
const byAge = (a: Stat, b: Stat) => Number(a.start) - Number(b.start) || inside(a) - inside(b);
