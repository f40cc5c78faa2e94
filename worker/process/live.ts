import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { LiveRun, RawExit } from "../ports";
import type { Counter } from "./census";
import { createInput } from "./input";
import { type Identity, isAlive, readStat, send } from "./proc";
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
  /** The run's own session and process group. */
  session: number | undefined;
  startedAt: number;
  adopted: boolean;
};

/** What live runs share. */
export type LivePorts = { counter: Counter; sight: Sight; closed: () => boolean; gone: () => void };

/** The monitor asks for each bot every 2 s: one look at /proc serves them all. */
const PIDS_AGE_MS = 1_000;
/** After the bot's end its session number may in theory be given to others; nobody gets it within this, ms. */
const SESSION_MS = 10_000;

/** The mark of a run. */
export const markOf = (botId: BotId, run: number): string => `${botId}:${run}`;

/** Watches over a living run until it ends. */
export function createLiveRun(seen: Seen, ports: LivePorts): LiveRun {
  const { botId, run, runDir, bot, recorder, session } = seen;
  const { counter, sight } = ports;
  const input = createInput(runFiles(runDir).input);
  const mark = markOf(botId, run);
  const since = performance.now();
  let goneAt: number | undefined;
  let settle: (exit: RawExit) => void = () => {};
  const exited = new Promise<RawExit>((done) => {
    settle = done;
  });

  const belongs: Belongs = {
    mark: (other) => other === mark,
    session: () => (goneAt === undefined || performance.now() - goneAt < SESSION_MS ? session : undefined),
    recorder,
  };

  /** True when the run's end was seen. */
  function look(): boolean {
    // Asked first: a shell that is dead now has written all it ever will.
    const writerIsDead = recorder === undefined || !isAlive(recorder);
    const exit = readExit(runDir, writerIsDead);
    if (!exit && (!writerIsDead || isAlive(bot))) return false;
    goneAt = performance.now();
    input.close();
    ports.gone();
    settle(exit ?? { code: null, signal: null, at: Date.now(), recorded: false });
    return true;
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
      if (now.pgrp === bot.pid) {
        send(-bot.pid, name); // It leads a group of its own, which the recording shell is not in.
      } else if (session === undefined || now.session !== session) {
        send(bot.pid, name); // It left for somewhere else, or we do not know where it was.
      } else if (handled.has(name)) {
        send(-now.pgrp, name);
      } else {
        // A signal the recording shell would not survive: to everybody else in the group.
        const { procs } = counter.recent(0);
        for (const { pid, pgrp } of procs) if (pgrp === now.pgrp && pid !== recorder?.pid) send(pid, name);
      }
    },
    killTree: () => killTree(counter, belongs, ports.closed),
    async send(text) {
      if (goneAt !== undefined) throw new AppError("bot_not_running");
      input.send(text);
    },
    pids() {
      const age = Math.min(PIDS_AGE_MS, performance.now() - since);
      const all = members(counter.recent(age), belongs);
      return all.filter(({ pid }) => pid !== recorder?.pid).map(({ pid }) => pid);
    },
  };
  sight.on(runDir, look);
  return live;
}
