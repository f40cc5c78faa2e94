import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { groupPids } from "../isolation/groups";
import type { Isolation, LiveRun, RawExit } from "../ports/index";
import type { Census, Counter } from "./census";
import { createInput } from "./input";
import { type Identity, isAlive, isInit, readStat, type Stat, send } from "./proc";
import { isShortage, isThere } from "./read";
import { readExit, runFiles } from "./records";
import { handled } from "./shell";
import type { Sight } from "./sight";
import { type Belongs, killTree, members } from "./tree";

/** A run whose bot was seen alive. */
export type Seen = {
  botId: BotId;
  run: number;
  runDir: string;
  bot: Identity;
  /** The recording shell; undefined when its record is garbage. */
  recorder: Identity | undefined;
  /** INIT: what started the bot in its sandbox, and writes its exit record there. */
  init: Identity | undefined;
  /** The run's own session and process group. */
  session: number | undefined;
  startedAt: number;
  adopted: boolean;
};

/** What live runs share. */
export type LivePorts = {
  counter: Counter;
  sight: Sight;
  isolation: RunGroups;
  closed: () => boolean;
  gone: () => void;
  /** Nothing of the run is left. */
  cleared: () => void;
};

/** Where the control groups of runs are, and what became of them. */
export type RunGroups = Pick<Isolation, "groupsOf" | "limitHit" | "release">;

/** The monitor asks for each bot every 2 s: one look at /proc serves them all. */
const PIDS_AGE_MS = 1_000;
/** How late a process is counted that only the run's groups know of, ms. */
const GROUPS_AGE_MS = 6_000;
/** After the bot's end its session number may in theory be given to others; nobody gets it within this, ms. */
const SESSION_MS = 10_000;

/** The mark of a run. */
export const markOf = (botId: BotId, run: number): string => `${botId}:${run}`;

/** Watches over a living run until it ends. */
export function createLiveRun(seen: Seen, ports: LivePorts): LiveRun {
  const { botId, run, runDir, bot, recorder, init, session } = seen;
  const { counter, sight, isolation } = ports;
  const input = createInput(runFiles(runDir).input);
  const mark = markOf(botId, run);
  const groups = isolation.groupsOf(botId, run);
  /** Everybody in there is INIT's descendant. */
  const isSpace = init !== undefined && isInit(init.pid);
  const since = performance.now();
  let goneAt: number | undefined;
  let inGroups: readonly Stat[] = [];
  let groupsAt = Number.NEGATIVE_INFINITY;
  let counted: { procs: readonly Stat[]; pids: readonly number[] } | undefined;
  let settle: (exit: RawExit) => void = () => {};
  const exited = new Promise<RawExit>((done) => {
    settle = done;
  });

  const belongs: Belongs = {
    mark,
    session: () => (goneAt === undefined || performance.now() - goneAt < SESSION_MS ? session : undefined),
    recorder,
    init,
    space: isSpace,
    bot,
    groups,
  };
  /** What runs the bot and is not of it: the recorder, and the sandbox with its INIT. */
  const isOurs = ({ pid, ppid }: Stat) =>
    pid === recorder?.pid || pid === init?.pid || (init !== undefined && ppid === recorder?.pid && pid !== bot.pid);

  /** True when the run's end was seen. */
  function look(): boolean {
    if (goneAt !== undefined) return true;
    // Asked first: who is dead now has written all it ever will.
    const writersAreDead = [recorder, init].every((writer) => writer === undefined || !isAlive(writer));
    const exit = readExit(runDir, writersAreDead);
    if (!exit && (!writersAreDead || isAlive(bot))) return false;
    goneAt = performance.now();
    input.close();
    ports.gone();
    const limit = isolation.limitHit(botId, run);
    const end = exit ?? { code: null, signal: null, at: Date.now(), recorded: false };
    // The clock may have been set back meanwhile.
    settle({ ...end, at: Math.max(end.at, seen.startedAt), ...(limit && { limit }) });
    return true;
  }

  /** Who is in the run's groups, asked now and then: only a process that has neither mark nor parent is not found without. */
  function grouped(census: Census): number[] {
    if (isSpace) return [];
    if (performance.now() - groupsAt > GROUPS_AGE_MS) {
      groupsAt = performance.now();
      // Every group holds the same; without any, asking whether it is there costs less than to find out by failing.
      const pids = groupPids(groups.slice(0, 1).filter(isThere));
      inGroups = pids.flatMap((pid) => census.get(pid) ?? []);
    }
    return inGroups.flatMap(({ pid, start }) => (census.get(pid)?.start === start ? [pid] : []));
  }

  function patiently(): boolean {
    try {
      return look();
    } catch (error) {
      if (isShortage(error)) return false;
      throw error;
    }
  }

  const live: LiveRun = {
    botId,
    run,
    pid: bot.pid,
    startedAt: seen.startedAt,
    adopted: seen.adopted,
    exited,
    signal(name) {
      const now = readStat(bot.pid);
      if (goneAt !== undefined || now?.start !== bot.start) return;
      const isInits = init !== undefined && readStat(init.pid)?.pgrp === now.pgrp;
      if (now.pgrp === bot.pid) {
        send(-bot.pid, name); // It leads a group of its own, which neither recorder nor INIT is in.
      } else if (!isInits && (session === undefined || now.session !== session)) {
        send(bot.pid, name); // It left for somewhere else, or we do not know where it was.
      } else if (handled.has(name)) {
        send(-now.pgrp, name);
      } else {
        // A signal that those who write down its end would not survive: to everybody else in the group.
        const { procs } = counter.recent(0);
        for (const stat of procs) if (stat.pgrp === now.pgrp && !isOurs(stat)) send(stat.pid, name);
      }
    },
    async killTree() {
      await killTree(counter, belongs, ports.closed);
      if (ports.closed()) return;
      // Its groups know why it ended until they are removed.
      patiently();
      isolation.release(botId, run);
      ports.cleared();
    },
    async send(text) {
      if (goneAt !== undefined) throw new AppError("bot_not_running");
      input.send(text);
    },
    pids() {
      const age = Math.min(PIDS_AGE_MS, performance.now() - since);
      const census = counter.recent(age);
      if (counted?.procs === census.procs) return [...counted.pids];
      const pids = members(census, belongs, grouped(census)).flatMap((stat) => (isOurs(stat) ? [] : [stat.pid]));
      counted = { procs: census.procs, pids };
      return [...pids];
    },
  };
  sight.on(runFiles(runDir).exit, patiently);
  return live;
}
