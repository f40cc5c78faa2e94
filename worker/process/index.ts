import { readFileSync } from "node:fs";
import type { BotId } from "#contracts/bot";
import type { LiveRun, Processes } from "../ports/index";
import { createCounter } from "./census";
import { openFifos } from "./fifos";
import { ended, findRun } from "./find";
import { closeInherited } from "./inherited";
import { launchRun, running } from "./launch";
import { createLiveRun, type RunGroups, type Seen } from "./live";
import { isAlive } from "./proc";
import { findMkfifo, findShell } from "./shell";
import { createSight } from "./sight";
import { openSpawns, type SpawnsOptions } from "./spawns";
import { killTree } from "./tree";

/*
 * One run of one bot, as the operating system sees it.
 *
 *   worker ──spawn, own session──▶ outer sh ──▶ inner sh (the recorder, nobody's child) ──▶ bot ──▶ whatever it starts
 *                                  takes pid     writes pid … waits … writes exit            enters its groups, writes
 *                                  and leaves                                                start, sets its limits
 *
 * When many are started at once, a spawner stands between worker and outer sh (see spawns.ts).
 *
 * With a sandbox (see scripts.ts):
 *
 *   recorder ──▶ bwrap ──▶ INIT ──▶ bot ──▶ whatever it starts, and leaves to INIT
 *   finds the bot   number 1 of its own space      waits until it is found
 *   and writes      of process numbers, takes in
 *   start           the dead, writes exit
 *
 * Groups are entered by what becomes bwrap or the bot, so that the recorder stays outside of what is killed.
 *
 * The worker is not in the picture once the bot runs: it may be killed, with its group, its tree and its terminal, and
 * the next one reads the folder of the run, bots/<id>/runs/<n>/ (0700):
 *
 *   pid      the recorder: its /proc/<pid>/stat line, then the boot id (and "wrapped" with a sandbox), a line each. Taken
 *            with O_EXCL, so there is one recorder per folder for ever. Empty while it is being born; "never launched"
 *            when a later worker took the folder so that nobody else does.
 *   start    the bot itself, as this machine numbers it: the same two lines. Its mtime is when it started.
 *   exit     how it ended: the status as `wait` gave it, what `jobs` said of it, and "end". Without the last line it is
 *            not there yet; it is made empty, so that it can be watched alone. Its mtime is when it ended. INIT writes it
 *            too when the recorder is gone.
 *   in       the FIFO of its input (0600), made ahead where it can be, opened by the bot for reading and writing.
 *   out.log  stdout and stderr in one (0600), opened for appending, only ever written by the bot and what it started.
 *   born     with a sandbox, FIFO: INIT says who the bot is in there, and holds it open until it ends.
 *   held     with a sandbox, FIFO: the bot waits on it until the recorder has found it.
 *
 * (run.json and install.log lie beside them; they are the supervisor's and the installer's.)
 *
 * No file is renamed into place: each has a last line that says it is whole, which costs no process and holds as well.
 * A process is who a record says when its number, its start time, the boot id and the mark in its environment all agree;
 * or, for a bot that wrote over its environment, when its parent, recorder or INIT, carries the mark. Whatever is none of that is never
 * signalled. That we could not look (no file descriptor left) is no answer: it is asked again.
 */

export type ProcessesOptions = {
  /** Names this boot of the machine; tests reboot it by giving another. */
  bootId?: string;
  /** Where the control groups of runs are; without it there are none. */
  isolation?: RunGroups;
  /** Where FIFOs are made ahead, a folder of its own beside the bots' folders; without it each start makes its own. */
  fifosDir?: string;
  /** How processes are started; tests have their own ways. */
  spawns?: SpawnsOptions;
};

/** The recorder of the run before may still be on its way out, ms. */
const LEAVE_MS = 500;

const noGroups: RunGroups = { groupsOf: () => [], limitHit: () => undefined, release() {} };

/** Opens the one place that starts, finds and kills processes. Closing it leaves all of them running. */
export function openProcesses(options: ProcessesOptions = {}): Processes {
  const bootId = options.bootId ?? readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  const isolation = options.isolation ?? noGroups;
  closeInherited();
  const counter = createCounter();
  const sight = createSight();
  const spawns = openSpawns(options.spawns);
  const fifos = options.fifosDir === undefined ? undefined : openFifos(options.fifosDir, findMkfifo());
  let shell: ReturnType<typeof findShell> | undefined;
  const live = new Map<BotId, LiveRun>();
  const launching = new Set<BotId>();
  /** Bots of which nothing is left, because we saw to it ourselves and have started nothing since. */
  const clear = new Set<BotId>();
  let isClosed = false;
  const closed = () => isClosed;

  function watchOver(seen: Seen): LiveRun {
    const gone = () => {
      if (live.get(seen.botId) === run) live.delete(seen.botId);
    };
    const cleared = () => clear.add(seen.botId);
    const run = createLiveRun(seen, { counter, sight, isolation, closed, gone, cleared });
    live.set(seen.botId, run);
    return run;
  }

  const ofBot = (botId: BotId) => (mark: string) => mark.startsWith(`${botId}:`);

  /** What we do not know of can only be older than we are, so that marks from memory are enough. */
  async function nothingLeft(botId: BotId): Promise<void> {
    const until = performance.now() + LEAVE_MS;
    const isOf = ofBot(botId);
    for (const [mark, who] of counter.recent(1_000).marked) {
      if (!isOf(mark)) continue;
      for (const stat of who.filter(({ pid }) => pid !== process.pid)) {
        while (isAlive(stat)) {
          if (performance.now() > until) throw running();
          await new Promise((go) => setTimeout(go, 5));
        }
      }
    }
  }

  return {
    async launch(spec) {
      const { botId } = spec;
      if (live.has(botId) || launching.has(botId)) throw running();
      launching.add(botId);
      try {
        if (!clear.delete(botId)) await nothingLeft(botId);
        shell ??= findShell();
        return watchOver(
          await launchRun(spec, { wrap: await shell, bootId, counter, spawns, ...(fifos && { fifos }) }),
        );
      } finally {
        launching.delete(botId);
      }
    },
    async find(botId, runsDir) {
      const known = live.get(botId);
      if (known) return { kind: "alive", live: known };
      const found = await findRun(botId, runsDir, { counter, bootId, isolation, closed });
      return found.kind === "alive" ? { kind: "alive", live: watchOver(found.seen) } : found;
    },
    past: (botId, run, runDir) => ended(run, runDir, bootId, isolation.limitHit(botId, run)).exit,
    async killAll(botId) {
      await live.get(botId)?.killTree();
      await killTree(counter, { mark: ofBot(botId) }, closed);
    },
    close() {
      isClosed = true;
      sight.close();
      spawns.close();
    },
  };
}
