import type { Census } from "./census";
import { type Identity, marksOf, readStat, type Stat } from "./proc";

/*
 * A bot with a sandbox around it:
 *
 *   recorder ──▶ bwrap ──▶ INIT, number 1 in there ──▶ bot, and whatever lost its parent in there
 *
 * (Where the sandbox has no space of process numbers of its own, INIT is an ordinary process.)
 */

/** What started the bot in there and writes down how it ends: its parent, which carries the run's mark too. */
export function initOf(bot: Identity, mark: string): Identity | undefined {
  const now = readStat(bot.pid);
  const parent = now?.start === bot.start ? readStat(now.ppid) : null;
  return parent && marksOf(parent.pid).includes(mark) ? { pid: parent.pid, start: parent.start } : undefined;
}

/** The bot below this recorder: the first that INIT started, whoever else it took in since. */
export function botBelow(census: Census, recorder: Identity): Stat | undefined {
  const [sandbox] = census.childrenOf(recorder.pid);
  const [init] = sandbox ? census.childrenOf(sandbox.pid) : [];
  return init && [...census.childrenOf(init.pid)].sort(byAge)[0];
}

const byAge = (a: Stat, b: Stat) => Number(a.start) - Number(b.start) || a.pid - b.pid;
