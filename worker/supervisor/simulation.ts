import { BUDGET } from "./budget";
import { createFakeRun, createStage, define, type FakeRun } from "./fakes";

/*
 * Days of a supervisor in no time: bots that live as long as they are told, workers that are killed, machines that are switched off, and a
 * book of every identify, kept by the world and not by what is being tested. For a test file that has mocked the disk with memory-disk.ts.
 */

/** One start as Discord sees it: which token, how many shards, and when, by the true time. */
export type Identify = { botId: string; token: string; shards: number; at: number };

/** A bot: how long its n-th life lasts, ms (undefined: until it is killed), and with which exit code it ends. */
export type Kind = (life: number) => { ms: number; code: number } | undefined;

type Making = { id: string; token: string; shards?: number; kind: Kind; restart?: Record<string, unknown> };

const settle = () => new Promise((done) => setImmediate(done));

export async function createWorld() {
  const { stage, supervisor: first } = await createStage();
  const { clock } = stage;
  let supervisor = first;
  let deaths: { at: number; run: FakeRun; code: number }[] = [];
  const bots = new Map<string, Making & { lives: number }>();
  const alive = new Map<string, FakeRun>();
  const book: Identify[] = [];

  stage.hears = (run) => {
    const bot = bots.get(run.botId);
    if (!bot) return;
    if (alive.has(run.botId)) throw new Error(`a second copy of ${run.botId}`);
    alive.set(run.botId, run);
    book.push({ botId: bot.id, token: bot.token, shards: bot.shards ?? 1, at: clock.elapsed() });
    const life = bot.kind(bot.lives++);
    if (life) deaths.push({ at: clock.elapsed() + life.ms, run, code: life.code });
    watch(run);
  };

  function watch(run: FakeRun) {
    void run.exited.then((exit) => {
      if (alive.get(run.botId) === run) alive.delete(run.botId);
      stage.found.set(run.botId, { kind: "ended", run: run.run, startedAt: run.startedAt, exit, rebooted: false });
    });
  }

  async function boot() {
    supervisor = stage.again();
    await supervisor.boot();
    await settle();
  }

  return {
    stage,
    clock,
    book,
    get supervisor() {
      return supervisor;
    },
    state: (id: string) => supervisor.get(id)?.status.state,
    alive: (id: string) => alive.has(id),
    async add(...making: Making[]) {
      for (const bot of making) {
        bots.set(bot.id, { ...bot, lives: 0 });
        const settings = { shards: bot.shards ?? 1, restart: bot.restart ?? {} };
        const env = [{ key: "DISCORD_TOKEN", secret: false, value: bot.token }];
        await supervisor.put(define({ id: bot.id, settings, env }), await stage.staged(bot.id));
        await supervisor.command(bot.id, "start");
      }
      await settle();
    },
    /** Lets time pass; `each` is asked for what else to do whenever something happened. */
    async pass(ms: number, each: () => void | Promise<void> = () => {}) {
      const end = clock.elapsed() + ms;
      while (clock.elapsed() < end) {
        const death = Math.min(...deaths.map(({ at }) => at)) - clock.elapsed();
        clock.advance(Math.max(0, Math.min(clock.soonest() ?? Infinity, death, end - clock.elapsed())));
        const now = deaths.filter(({ at }) => at <= clock.elapsed());
        deaths = deaths.filter(({ at }) => at > clock.elapsed());
        for (const { run, code } of now) run.exit({ code });
        await settle();
        await each();
      }
    },
    /** kill -9 of the worker, and the next one comes. Bots know nothing of it. */
    async killWorker() {
      void supervisor.close();
      clock.forget();
      for (const [id, run] of alive) {
        const { botId, run: number, startedAt } = run;
        const adopted = createFakeRun(clock, { botId, run: number, startedAt, adopted: true, dies: stage.dies });
        deaths = deaths.map((one) => (one.run === run ? { ...one, run: adopted } : one));
        alive.set(id, adopted);
        stage.found.set(id, { kind: "alive", live: adopted });
        watch(adopted);
      }
      await boot();
    },
    /** The machine is off for so long: nothing of it is left. */
    async reboot(ms: number) {
      void supervisor.close();
      const exit = { code: null, signal: null, at: clock.now(), recorded: false };
      for (const [id, { run, startedAt }] of alive) {
        stage.found.set(id, { kind: "ended", run, startedAt, exit, rebooted: true });
      }
      alive.clear();
      deaths = [];
      clock.reboot(ms);
      await boot();
    },
  };
}

/** The most identifies of a token within any 24 hours. */
export function worstDay(book: readonly Identify[], token: string): number {
  const own = book.filter((one) => one.token === token);
  let worst = 0;
  let sum = 0;
  let oldest = 0;
  for (const { at, shards } of own) {
    sum += shards;
    for (let first = own[oldest]; first && first.at <= at - BUDGET.windowMs; first = own[++oldest]) sum -= first.shards;
    worst = Math.max(worst, sum);
  }
  return worst;
}

/** The shortest time between two starts of a token, ms. */
export function shortestGap(book: readonly Identify[], token: string): number {
  const at = book.filter((one) => one.token === token).map((one) => one.at);
  return Math.min(...at.slice(1).map((when, n) => when - (at[n] ?? 0)));
}
