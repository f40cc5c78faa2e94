import type { BotDefinition, BotId, BotRun } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { type Command, canRun, type Desired, type Exit } from "#contracts/process";
import type { Reason } from "#contracts/reason";
import type { Closer, LiveRun, Logs, Processes, RawExit, Supervised } from "../ports";
import { BUDGET, type Budget } from "./budget";
import { DIAGNOSE_LINES, diagnose } from "./diagnose";
import { endRun } from "./ending";
import { ownValues, tokenName } from "./environment";
import { createJobs } from "./jobs";
import { judge, type Verdict } from "./judge";
import { createMachine } from "./machine";
import { type PreparePorts, prepare, reasonOf } from "./prepare";
import { watchReady } from "./ready";
import type { Memory, Shelf } from "./shelf";
import type { Turns } from "./turns";

/** Where the copy for Postgres goes; never waited for. */
export interface RunRecords {
  desired(botId: BotId, desired: Desired, at: number): void;
  run(run: BotRun): void;
  /** Forgets what is owed of a deleted bot. */
  forget(botId: BotId): void;
}

/** What every bot needs of the worker. */
export type BotPorts = PreparePorts & {
  processes: Processes;
  logs: Pick<Logs, "follow" | "tail" | "prune">;
  records: RunRecords;
  budget: Budget;
  /** Turns to start: few at once, and starts of one token apart. */
  starts: Turns;
  /** One plain line for the worker's own log. */
  say(line: string): void;
};

/** One bot under supervision. */
export interface Bot {
  readonly definition: BotDefinition;
  now(): Supervised;
  liveRun(): LiveRun | undefined;
  /** Takes over a changed definition; it counts from the next start on. */
  replace(definition: BotDefinition): void;
  /** Settles once the intent is on disk. AppError command_refused, start_budget_spent, disk_unwritable. */
  command(command: Command): Promise<void>;
  cancelInstall(): void;
  /** Finds out what became of it while nobody looked, and goes on from there. */
  wakeUp(): Promise<void>;
  /** Ends it and its whole tree, for removal. */
  remove(graceMs: number): Promise<void>;
  /** Settles when no command is under way. */
  idle(): Promise<void>;
  /** Lets go of it; its process runs on. */
  close(): void;
}

/** A start may hold its turn for this long at most, ms: a slow bot must not keep the others from starting. */
const TURN_MS = 10_000;

const rebootedReason: Reason = { code: "rebooted", values: {} };

/** A moment for an error's sentence, which has no viewer and so no time zone. */
const inWords = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Opens a bot from its folder; `changed` is told whenever its present changes. */
export async function openBot(ports: BotPorts, shelf: Shelf, first: BotDefinition, changed: () => void): Promise<Bot> {
  const botId = first.id;
  const { clock, say } = ports;
  let definition = first;
  let token = nameToken(first);
  let wanted: Desired = await shelf.desired().catch((): Desired => "down");
  let memory: Memory = await shelf.memory();
  let live: LiveRun | undefined;
  let closed = false;
  /** Gives the turn to start back. */
  let endTurn = () => {};
  let unwatch: Closer = () => {};
  /** Aborted: the start under way is called off. */
  let preparing = new AbortController();
  /** Aborted: whoever is being asked to end is killed now. */
  let hurry = new AbortController();
  let writing: Promise<unknown> = Promise.resolve();

  const machine = createMachine(botId, clock, changed);
  const jobs = createJobs((error) => {
    say(`bot ${botId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (!closed && machine.status.state === "preparing") park(reasonOf(error, definition));
  });

  // ---- what is remembered ----

  /** One write at a time, in order. */
  function write(what: () => Promise<void>): Promise<void> {
    const done = writing.then(what);
    writing = done.catch(() => {});
    return done;
  }

  /** Remembers across the worker's death. A disk that refuses must not stop the supervision. */
  async function remember(news: Partial<Memory>): Promise<void> {
    memory = { ...memory, ...news };
    const kept = memory;
    await write(() => shelf.putMemory(kept)).catch((error: unknown) =>
      say(`bot ${botId}: state.json: ${String(error)}`),
    );
  }

  async function want(desired: Desired): Promise<void> {
    const before = wanted;
    const when = clock.now();
    wanted = desired;
    try {
      await write(() => shelf.putDesired(desired, when));
    } catch (error) {
      if (desired === "up") wanted = before;
      const detail = error instanceof Error ? error.message : String(error);
      throw new AppError("disk_unwritable", { detail, path: shelf.root });
    }
    ports.records.desired(botId, desired, when);
    changed();
  }

  /** A full disk must not keep a bot from being stopped: say it, and stop. */
  const wantDown = () => want("down").catch((error: unknown) => say(`bot ${botId}: desired.json: ${String(error)}`));

  function nameToken(of: BotDefinition): string | undefined {
    try {
      return tokenName(ownValues(of, ports.unseal));
    } catch {
      return undefined;
    }
  }

  // ---- coming to rest ----

  const lastExit = () => (memory.lastExit ? { lastExit: memory.lastExit } : {});

  function rest(happening: string) {
    const { state } = machine.status;
    if (state !== "stopped") machine.enter(happening, { state: "stopped" });
    if (memory.parked) void remember({ parked: null });
  }

  function park(reason: Reason, until?: number) {
    const parked = { since: clock.now(), reason, ...(until === undefined ? {} : { until }) };
    void remember({ parked });
    enterParked(parked);
  }

  function enterParked(parked: NonNullable<Memory["parked"]>) {
    machine.enter(`parked (${parked.reason.code})`, { state: "parked", ...parked, ...lastExit() });
    if (parked.until !== undefined) {
      machine.after(parked.until - clock.now(), () => jobs.add(() => start("worker")));
    }
  }

  // ---- starting ----

  async function start(cause: BotRun["cause"]): Promise<void> {
    const { state } = machine.status;
    if (closed || wanted !== "up" || live || state === "preparing") return;
    const byPerson = cause === "person" || cause === "restart";
    const mine = new AbortController();
    preparing = mine;
    hurry = new AbortController();
    machine.enter(`start (${cause})`, { state: "preparing", since: clock.now(), step: "queue" });
    await remember({ parked: null, ...(byPerson ? { restarts: 0, attempt: 0, failures: [] } : {}) });

    let madeRun: Promise<number> | undefined;
    const nextRun = () => (madeRun ??= shelf.nextRun());
    const prepared = await prepare(ports, {
      definition,
      shelf,
      signal: mine.signal,
      byPerson,
      run: nextRun,
      async installing(status) {
        // Our own death calls an install off too; it must still look interrupted to the next worker.
        if (!closed) await remember({ install: status, installing: status.state === "running" });
        if (closed || mine.signal.aborted) return;
        const step = status.state === "running" ? "install" : "queue";
        machine.enter("install", { state: "preparing", since: clock.now(), step });
      },
    });
    if (closed) return;
    if (wanted !== "up") return rest("start called off");
    if (prepared.kind === "park") return park(prepared.reason);
    if (prepared.kind === "cancelled" || mine.signal.aborted) return park({ code: "install_cancelled", values: {} });

    const turn = await ports.starts.take({ key: prepared.token, first: byPerson, signal: mine.signal });
    if (!turn || closed || wanted !== "up") {
      turn?.();
      return closed ? undefined : rest("start called off");
    }
    endTurn = turn;
    await launch(cause, prepared, nextRun).finally(() => {
      if (!live) endTurn();
    });
  }

  async function launch(
    cause: BotRun["cause"],
    prepared: Extract<Awaited<ReturnType<typeof prepare>>, { kind: "ready" }>,
    nextRun: () => Promise<number>,
  ): Promise<void> {
    const { settings } = definition;
    let record: BotRun | undefined;
    try {
      if (prepared.token !== undefined) {
        const by = cause === "person" || cause === "restart" ? "person" : "worker";
        const ruling = ports.budget.rule(prepared.token, settings.shards, by);
        if (!ruling.ok) return park({ code: "start_budget", values: { used: ruling.used } }, ruling.until);
        await ports.budget.count(prepared.token, settings.shards);
      }
      const run = await nextRun();
      // Before the launch: a worker killed in between must not find a run that nobody wrote down.
      record = { botId, run, startedAt: clock.now(), cause };
      await shelf.putRun(record);
      await remember({ asked: null, ready: null });
      const spec = { botId, run, runDir: shelf.runDir(run), cwd: prepared.cwd, argv: prepared.argv, env: prepared.env };
      const launched = await ports.processes.launch(spec);
      record = { ...record, startedAt: launched.startedAt };
      ports.records.run(record);
      if (closed) return;
      attach(launched);
    } catch (error) {
      const reason = reasonOf(error, definition);
      say(`bot ${botId}: launch: ${error instanceof Error ? error.message : String(error)}`);
      if (record) await writeEnd(record, { code: null, signal: null, at: clock.now(), reason });
      if (!closed && !live) park(reason);
    }
  }

  /** Takes a live run under supervision, new or adopted. */
  function attach(run: LiveRun) {
    live = run;
    machine.enter(run.adopted ? "adopted" : "launched", {
      state: "starting",
      pid: run.pid,
      run: run.run,
      since: run.startedAt,
    });
    void run.exited.then((raw) => jobs.add(() => ended(run, raw)));
    if (memory.ready === run.run) {
      const { pid, run: number, startedAt: since } = run;
      machine.enter("ready before", { state: "running", pid, run: number, since, ready: "ready" });
      return;
    }
    machine.after(TURN_MS, () => endTurn());
    unwatch = watchReady({ run, policy: definition.settings.ready, machine, clock, logs: ports.logs }, (ready) => {
      endTurn();
      if (ready) void remember({ ready: run.run });
    });
  }

  function detach() {
    endTurn();
    void unwatch();
    unwatch = () => {};
  }

  // ---- ending ----

  /** A run ended by itself. */
  async function ended(run: LiveRun, raw: RawExit): Promise<void> {
    if (closed || live !== run) return;
    detach();
    await run.killTree();
    live = undefined;
    if (memory.asked === run.run) {
      await conclude(run, raw, { code: "asked", values: {} });
      machine.enter("ended as asked", { state: "stopping", since: clock.now() });
      return wanted === "up" ? start("restart") : rest("ended as asked");
    }
    await judgeEnd(run, raw, false);
  }

  async function judgeEnd(run: Pick<LiveRun, "run" | "startedAt">, raw: RawExit, rebooted: boolean): Promise<void> {
    const why = rebooted ? rebootedReason : await findReason(run.run, raw);
    const now = { code: raw.code, signal: raw.signal, at: raw.at, startedAt: run.startedAt, why };
    const verdict = judge(now, memory, definition.settings.restart, clock.random());
    await remember({ attempt: verdict.history.attempt, failures: [...verdict.history.failures] });
    const exit = await conclude(run, raw, verdict.kind === "done" ? verdict.reason : why);
    if (wanted !== "up") return rest("ended, not wanted");
    await carryOut(verdict, exit);
  }

  async function carryOut(verdict: Verdict, exit: Exit): Promise<void> {
    if (verdict.kind === "park") return park(verdict.reason);
    if (verdict.kind === "done") {
      // The wish is fulfilled: nobody may start it again only because the worker was.
      await wantDown();
      return rest("done");
    }
    const retryAt = clock.now() + verdict.delayMs;
    machine.enter("ended", {
      state: "backoff",
      attempt: Math.max(1, verdict.history.attempt),
      retryAt,
      lastExit: exit,
    });
    machine.after(verdict.delayMs, () =>
      jobs.add(async () => {
        if (machine.status.state !== "backoff") return;
        memory = { ...memory, restarts: memory.restarts + 1 };
        await start(verdict.reason.code === "rebooted" ? "worker" : "crash");
      }),
    );
  }

  async function findReason(run: number, raw: RawExit): Promise<Reason> {
    const lines = await ports.logs.tail(botId, run, "console", DIAGNOSE_LINES).catch((): string[] => []);
    return diagnose(raw, lines, definition.runtime);
  }

  async function conclude(run: Pick<LiveRun, "run" | "startedAt">, raw: RawExit, reason: Reason): Promise<Exit> {
    const exit: Exit = { code: raw.code, signal: raw.signal, at: raw.at, reason };
    const known = await shelf.run(run.run);
    const record: BotRun = known ?? { botId, run: run.run, startedAt: run.startedAt, cause: "worker" };
    await writeEnd(record, exit);
    return exit;
  }

  async function writeEnd(record: BotRun, exit: Exit): Promise<void> {
    const over: BotRun = { ...record, endedAt: exit.at, exit };
    await shelf.putRun(over).catch((error: unknown) => say(`bot ${botId}: run.json: ${String(error)}`));
    ports.records.run(over);
    await remember({ lastExit: exit });
    void ports.logs.prune(botId).catch((error: unknown) => say(`bot ${botId}: prune: ${String(error)}`));
  }

  /** Ends the live run; the state is stopping until its whole tree is gone. */
  async function endLive(graceMs: number): Promise<void> {
    const run = live;
    if (!run) return;
    detach();
    machine.enter("told to end", { state: "stopping", since: clock.now() });
    await remember({ asked: run.run });
    const raw = await endRun(run, { ...definition.settings.stop, graceMs }, clock, hurry.signal);
    live = undefined;
    await conclude(run, raw, { code: "asked", values: {} });
  }

  async function stop(): Promise<void> {
    if (closed || wanted === "up") return;
    await endLive(definition.settings.stop.graceMs);
    if (!closed) rest("stopped");
  }

  async function restart(): Promise<void> {
    if (closed) return;
    await endLive(definition.settings.stop.graceMs);
    if (closed) return;
    if (wanted === "up") await start("restart");
    else rest("stopped");
  }

  // ---- what people ask ----

  function assertBudget() {
    if (token === undefined) return;
    const ruling = ports.budget.rule(token, definition.settings.shards, "person");
    if (ruling.ok) return;
    throw new AppError("start_budget_spent", { used: ruling.used, until: inWords(ruling.until) });
  }

  const commands: Record<Command, () => Promise<void>> = {
    async start() {
      assertBudget();
      await want("up");
      jobs.add(() => start("person"));
    },
    async stop() {
      await wantDown();
      preparing.abort();
      jobs.add(stop);
    },
    async restart() {
      assertBudget();
      await want("up");
      jobs.add(restart);
    },
    async kill() {
      hurry.abort();
      wanted = "down";
      jobs.addFirst(stop);
      await wantDown();
    },
  };

  // ---- waking up ----

  async function wakeUp(): Promise<void> {
    const found = await ports.processes.find(botId, shelf.folders(definition).runs);
    await closeOpenRun(found.kind === "alive" ? found.live.run : found.kind === "ended" ? found.run : undefined);
    if (found.kind === "alive") return adopt(found.live);

    if (memory.installing) {
      await ports.processes.killAll(botId);
      await remember({ installing: false, install: { state: "none" } });
    }
    if (found.kind === "ended" && !(await shelf.run(found.run))?.exit) {
      await ports.processes.killAll(botId);
      if (memory.asked === found.run) await conclude(found, found.exit, { code: "asked", values: {} });
      else return judgeEnd(found, found.exit, found.rebooted);
    }
    if (wanted === "down") return rest("not wanted");
    if (memory.parked && (memory.parked.until === undefined || memory.parked.until > clock.now())) {
      return enterParked(memory.parked);
    }
    jobs.add(() => start("worker"));
  }

  async function adopt(run: LiveRun): Promise<void> {
    if (!(await shelf.run(run.run))) {
      await shelf.putRun({ botId, run: run.run, startedAt: run.startedAt, cause: "worker" });
    }
    attach(run);
    if (wanted === "down") jobs.add(stop);
    // The last worker died between its two halves.
    else if (memory.asked === run.run) jobs.add(restart);
  }

  /** A run that was written down and never launched, or of which nothing is left: nobody else will end it. */
  async function closeOpenRun(except: number | undefined): Promise<void> {
    const [newest] = await shelf.runs(1);
    if (!newest || newest.exit || newest.run === except) return;
    await writeEnd(newest, { code: null, signal: null, at: clock.now(), reason: { code: "lost", values: {} } });
  }

  return {
    get definition() {
      return definition;
    },
    now() {
      const used = token === undefined ? undefined : ports.budget.used(token);
      return {
        status: machine.status.state === "stopped" ? { state: "stopped", ...lastExit() } : machine.status,
        desired: wanted,
        restarts: memory.restarts,
        install: memory.install,
        isolation: "none",
        ...(used === undefined ? {} : { budget: { used, limit: BUDGET.limit, warn: used >= BUDGET.warnAt } }),
      };
    },
    liveRun: () => live,
    replace(next) {
      definition = next;
      token = nameToken(next);
      changed();
    },
    async command(command) {
      const { state } = machine.status;
      if (!canRun(command, state)) throw new AppError("command_refused", { state, command });
      await commands[command]();
    },
    cancelInstall() {
      if (memory.install.state === "running") preparing.abort();
    },
    wakeUp,
    async remove(graceMs) {
      wanted = "down";
      preparing.abort();
      await new Promise<void>((gone) => {
        jobs.add(async () => {
          await endLive(Math.min(graceMs, definition.settings.stop.graceMs)).finally(gone);
        });
      });
      closed = true;
      jobs.close();
      machine.close();
      await writing;
    },
    idle: () => jobs.idle(),
    close() {
      closed = true;
      preparing.abort();
      jobs.close();
      machine.close();
      void unwatch();
    },
  };
}
