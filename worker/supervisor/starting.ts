import type { BotRun } from "#contracts/bot";
import type { ProcessStatus } from "#contracts/process";
import type { LiveRun } from "../ports/index";
import { watchDisk } from "./bounds";
import { type Life, park, rest } from "./life";
import { assertTrusted, type Prepared, prepare } from "./prepare";
import { whenQuiet } from "./quiet";
import { watchReady } from "./ready";
import { launchReason } from "./reasons";
import { writeEnd } from "./settling";

/** A start may hold its turn for this long at most, ms: a slow bot must not keep the others from starting. */
const TURN_MS = 10_000;

type Cause = BotRun["cause"];
const byPerson = (cause: Cause) => cause === "person" || cause === "restart";

/** Whether a start is under way already; one that rests for a deploy waits for just this. */
const isUnderWay = (status: ProcessStatus): boolean => status.state === "preparing" && status.step !== "deploy";

/** Brings a bot up that is wanted: prepare, wait for a turn, launch. Whatever is in the way parks it, in words. */
export async function start(life: Life, cause: Cause): Promise<void> {
  const { diary, machine, ports, shelf } = life;
  if (life.closed || diary.wanted !== "up" || life.live || isUnderWay(machine.status)) return;
  const called = new AbortController();
  life.preparing = called;
  life.hurry = new AbortController();
  machine.enter(`start (${cause})`, { state: "preparing", since: ports.clock.now(), step: "queue" });
  const afresh = byPerson(cause) ? { restarts: 0, attempt: 0, failures: [] } : {};
  // Not waited for: who is killed now leaves a wish that is later than what was parked, and that is enough.
  diary.jot({ parked: null, backoff: null, ...afresh });

  let madeRun: Promise<number> | undefined;
  const nextRun = () => {
    madeRun ??= shelf.nextRun();
    return madeRun;
  };
  const packages = await life.packages.take({ first: true, signal: called.signal });
  if (!packages) return life.closed ? undefined : callOff(life);
  const prepared = await prepare(ports, {
    definition: life.definition,
    shelf,
    signal: called.signal,
    byPerson: byPerson(cause),
    run: nextRun,
    async installing(status) {
      // Our own death calls an install off too; it must still look interrupted to the next worker.
      if (life.closed) return;
      const news = { install: status, installing: status.state === "running" };
      if (status.state === "skipped") diary.jot(news);
      else await diary.remember(news);
      if (life.closed || called.signal.aborted) return;
      const step = status.state === "running" ? "install" : "queue";
      machine.enter("install", { state: "preparing", since: ports.clock.now(), step });
    },
  }).finally(packages.back);
  if (life.closed) return;
  if (diary.wanted !== "up") return rest(life, "start called off");
  if (prepared.kind === "park") return park(life, prepared.reason);
  if (prepared.kind === "cancelled" || called.signal.aborted) return callOff(life);

  const turn = await ports.starts.take({ key: prepared.token, first: byPerson(cause), signal: called.signal });
  if (!turn || life.closed || diary.wanted !== "up") {
    turn?.back();
    return life.closed ? undefined : rest(life, "start called off");
  }
  life.turn = turn;
  await launch(life, cause, prepared, nextRun);
  if (!life.live) turn.back();
}

/** Nobody waits for the install any more: a stop is what was wanted, anything else is to be decided by a person. */
function callOff(life: Life): void {
  if (life.diary.wanted !== "up") rest(life, "start called off");
  else park(life, { code: "install_cancelled", values: {} });
}

type Ready = Extract<Prepared, { kind: "ready" }>;

async function launch(life: Life, cause: Cause, prepared: Ready, nextRun: () => Promise<number>): Promise<void> {
  const { botId, ports, shelf, definition } = life;
  const { argv, env, cwd, token, reads } = prepared;
  const { shards } = definition.settings;
  let record: BotRun | undefined;
  try {
    if (token !== undefined) {
      // Nobody can come between this, the ruling and the count.
      life.unhold();
      const ruling = ports.budget.rule(token, shards, byPerson(cause) ? "person" : "worker");
      if (!ruling.ok) return park(life, { code: "start_budget", values: { used: ruling.used } }, ruling.until);
      await ports.budget.count(token, shards);
    }
    const run = await nextRun();
    // Before the launch: a worker killed in between must not leave a run that nobody wrote down.
    record = { botId, run, startedAt: ports.clock.now(), cause };
    const recorded = shelf.putRun(record);
    // Waited for below, together with what else is written.
    recorded.catch(() => {});
    const folders = shelf.folders(definition);
    const { limits } = definition.settings;
    const confinement = await ports.isolation.confine({ botId, run, folders, reads, limits });
    assertTrusted(definition, confinement.level);
    const { level, kill, fileBytes } = confinement;
    const restarts = life.diary.memory.restarts + (byPerson(cause) ? 0 : 1);
    // Before the launch, as all that is written of a run: the next worker judges it by this.
    const environment = prepared.environment;
    const confined = { run, level, kill, fileBytes, limits, environment };
    await Promise.all([recorded, life.diary.remember({ asked: null, ready: null, restarts, confined })]);
    const launched = await ports.processes
      .launch({ botId, run, runDir: shelf.runDir(run), cwd, argv, env, confinement })
      .finally(() => life.turn?.begun());
    ports.records.run({ ...record, startedAt: launched.startedAt });
    // The worker may have been told to end meanwhile: the next one adopts it.
    if (!life.closed) attach(life, launched);
  } catch (error) {
    const reason = await launchReason(error, definition, shelf.root);
    ports.say(`bot ${botId}: launch: ${error instanceof Error ? error.message : String(error)}`);
    if (record) await writeEnd(life, record, { code: null, signal: null, at: ports.clock.now(), reason });
    if (!life.closed && !life.live) park(life, reason);
  }
}

/** Takes a live run under supervision, new or adopted. */
export function attach(life: Life, run: LiveRun): void {
  const { machine, ports, diary } = life;
  const { pid, run: number, startedAt: since } = run;
  life.live = run;
  machine.enter(run.adopted ? "adopted" : "launched", { state: "starting", pid, run: number, since });
  life.oversized = 0;
  void run.exited.then((raw) => life.exited(run, raw));
  const unwatchDisk = watchDisk(life, run);
  life.unwatch = unwatchDisk;
  if (diary.memory.ready === number) {
    machine.enter("ready before", { state: "running", pid, run: number, since, ready: "ready" });
    return;
  }
  machine.after(TURN_MS, () => life.turn?.back());
  const unwatchBoot = run.adopted
    ? () => {}
    : whenQuiet(ports.clock, ports.quiet(run), () => {
        life.turn?.back();
      });
  const policy = life.definition.settings.ready;
  const unwatchReady = watchReady({ run, policy, machine, clock: ports.clock, logs: ports.logs }, (ready) => {
    unwatchBoot();
    life.turn?.back();
    if (ready) void diary.remember({ ready: number });
  });
  life.unwatch = () => {
    unwatchDisk();
    unwatchBoot();
    void unwatchReady();
  };
}
