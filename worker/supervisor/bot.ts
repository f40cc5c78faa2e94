import type { BotDefinition, BotIsolation } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { type Command, canRun } from "#contracts/process";
import type { LiveRun, Repacking, Resting, Supervised } from "../ports/index";
import { judgeMemory } from "./bounds";
import { BUDGET, type Ruling } from "./budget";
import { openDiary } from "./diary";
import { environmentName, ownValues, tokenName } from "./environment";
import { createJobs } from "./jobs";
import { type BotPorts, type Life, lastExit, park, wantDown } from "./life";
import { createMachine } from "./machine";
import { reasonOf } from "./reasons";
import { repack } from "./repacking";
import { whileAtRest } from "./resting";
import { endLive, settleExit } from "./settling";
import type { Shelf } from "./shelf";
import { start } from "./starting";
import { createTurns } from "./turns";
import { restart, stop, wakeUp } from "./waking";

/** One bot under supervision. */
export interface Bot {
  readonly definition: BotDefinition;
  now(): Supervised;
  liveRun(): LiveRun | undefined;
  /** Takes over a changed definition; it counts from the next start on. */
  replace(definition: BotDefinition): void;
  /** See Supervisor. Settles once the intent is on disk. AppError command_refused, start_budget_spent, disk_unwritable. */
  command(command: Command, by?: "person" | "bot"): Promise<void>;
  cancelInstall(): void;
  /** See Supervisor. */
  repack(signal: AbortSignal, work: (bot: Repacking) => Promise<string | null>): Promise<boolean>;
  /** Finds out what became of it while nobody looked, and goes on from there. */
  wakeUp(replaced: boolean): Promise<void>;
  /** See whileAtRest. AppError start_budget_spent: it runs, and could not be started again. */
  rest<T>(work: (resting: Resting) => Promise<T>): Promise<T>;
  /** Hears how much memory its whole tree uses now, bytes. */
  measured(memory: number): void;
  /** Ends it and its whole tree, for removal. */
  remove(graceMs: number): Promise<void>;
  /** Lets go of it; its process runs on. Settles when nothing more is being written. */
  close(): Promise<void>;
}

/** Opens a bot from its folder; `changed` is told whenever its present changes. */
export async function openBot(ports: BotPorts, shelf: Shelf, first: BotDefinition, changed: () => void): Promise<Bot> {
  const botId = first.id;
  const diary = await openDiary(shelf, { clock: ports.clock, say: ports.say, changed });
  const machine = createMachine(`bot ${botId}`, ports.clock, changed);
  const jobs = createJobs((error) => {
    ports.say(`bot ${botId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (!life.closed && machine.status.state === "preparing") park(life, reasonOf(error, life.definition));
  });
  const life: Life = {
    botId,
    ports,
    shelf,
    diary,
    machine,
    jobs,
    definition: first,
    live: undefined,
    closed: false,
    preparing: new AbortController(),
    hurry: new AbortController(),
    packages: createTurns(ports.clock, { atOnce: 1, apart: 0 }),
    gone: new AbortController(),
    turn: undefined,
    overrun: undefined,
    oversized: 0,
    restarting: false,
    unwatch() {},
    hold(by) {
      if (!ruling(by).ok) return undefined;
      return token === undefined ? () => {} : ports.budget.hold(token, life.definition.settings.shards);
    },
    unhold() {},
    startLater: (cause) => jobs.add(() => start(life, cause)),
    exited: (run, raw) => jobs.add(() => settleExit(life, run, raw)),
  };
  let token = nameToken(first);

  function nameToken(definition: BotDefinition): string | undefined {
    try {
      return tokenName(ownValues(definition, ports.unseal));
    } catch {
      return undefined;
    }
  }

  function ruling(by: "person" | "worker" = "person"): Ruling {
    return token === undefined ? { ok: true } : ports.budget.rule(token, life.definition.settings.shards, by);
  }

  function assertBudget(by?: "person" | "worker") {
    const now = ruling(by);
    if (now.ok) return;
    throw new AppError("start_budget_spent", { used: now.used, until: inWords(now.until) });
  }

  async function wantUp() {
    assertBudget();
    const at = ports.clock.now();
    await diary.want("up", at);
    ports.records.desired(botId, "up", at);
  }

  const commands: Record<Command, () => Promise<void>> = {
    async start() {
      await wantUp();
      life.startLater("person");
    },
    async stop() {
      await wantDown(life);
      life.preparing.abort();
      jobs.add(() => stop(life));
    },
    async restart() {
      await wantUp();
      restartSoon("restart");
    },
    async kill() {
      // First of all: no disk, however slow, comes between a person and a kill for longer than endLive allows.
      life.hurry.abort();
      const written = wantDown(life);
      jobs.addFirst(() => stop(life));
      await written;
    },
  };

  function restartSoon(cause: "restart" | "bot") {
    if (life.restarting) return;
    life.restarting = true;
    jobs.add(() => restart(life, cause));
  }

  /** What a bot asked for undoes nothing that a person wanted, nor that we gave up, and leaves a person their part of the budget. */
  function restartForBot(): void {
    assertBudget("worker");
    restartSoon("bot");
  }

  return {
    get definition() {
      return life.definition;
    },
    now() {
      const { status } = machine;
      const used = token === undefined ? undefined : ports.budget.used(token);
      return {
        status: status.state === "stopped" ? { ...status, ...lastExit(life) } : status,
        desired: diary.wanted,
        restarts: diary.memory.restarts,
        install: diary.memory.install,
        isolation: isolationNow(life),
        ...(hasOldEnvironment(life) && { oldEnvironment: true }),
        ...(diary.trouble === undefined ? {} : { trouble: { code: "disk", values: { detail: diary.trouble } } }),
        ...(used === undefined ? {} : { budget: { used, limit: BUDGET.limit, warn: used >= BUDGET.warnAt } }),
      };
    },
    liveRun: () => life.live,
    replace(next) {
      life.definition = next;
      token = nameToken(next);
      changed();
    },
    async command(command, by = "person") {
      const { state } = machine.status;
      const isUp = life.live !== undefined && diary.wanted === "up" && command === "restart";
      if (!canRun(command, state) || (by === "bot" && !isUp)) throw new AppError("command_refused", { state, command });
      if (by === "bot") restartForBot();
      else await commands[command]();
      changed();
    },
    cancelInstall() {
      if (diary.memory.install.state === "running") life.preparing.abort();
    },
    repack: (signal, work) => repack(life, signal, work),
    wakeUp: (replaced) => wakeUp(life, replaced),
    rest: (work) =>
      new Promise((done, failed) =>
        jobs.add(async () => {
          try {
            if (life.closed) return;
            if (life.live) assertBudget();
            done(await whileAtRest(life, work));
          } catch (error) {
            failed(error);
          }
        }),
      ),
    measured: (memory) => judgeMemory(life, memory),
    async remove(graceMs) {
      life.gone.abort();
      await wantDown(life);
      life.preparing.abort();
      const grace = Math.min(graceMs, life.definition.settings.stop.graceMs);
      await new Promise<void>((gone, failed) => jobs.add(() => endLive(life, { graceMs: grace }).then(gone, failed)));
      await close();
    },
    close,
  };

  function close(): Promise<void> {
    life.closed = true;
    life.gone.abort();
    life.preparing.abort();
    jobs.close();
    machine.close();
    void life.unwatch();
    return diary.close();
  }
}

/** Whether the present run has other variables than the next one would get. Of a run older than this knowledge: no. */
function hasOldEnvironment({ live, diary, definition }: Life): boolean {
  const { confined } = diary.memory;
  if (!live || confined?.run !== live.run || confined.environment === undefined) return false;
  return confined.environment !== environmentName(definition);
}

/** What the present run was launched with, or what the next one would get. */
function isolationNow({ ports, botId, shelf, definition, diary, live }: Life): BotIsolation {
  const { confined } = diary.memory;
  if (live && confined?.run === live.run) return { level: confined.level, kill: confined.kill };
  return ports.isolation.of(botId, shelf.folders(definition));
}

/** A moment for an error's sentence, which has no viewer and so no time zone. */
const inWords = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
