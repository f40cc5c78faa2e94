import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { type BotDefinition, type BotRun, botDefinition } from "#contracts/bot";
import type { LogLine } from "#contracts/log";
import type { Desired } from "#contracts/process";
import type {
  Confinement,
  Driver,
  Found,
  InstallOutcome,
  InstallPlan,
  Isolation,
  LaunchSpec,
  LiveRun,
  RawExit,
} from "../ports/index";
import type { Clock } from "./clock";
import { createSupervisor } from "./index";

/*
 * Stand-ins for the tests of time and judgement, where the outside is not the point. Tests of anything else use the
 * real thing.
 */

/** A clock that stands still until it is moved. Its timers go by the machine's uptime, as real ones do. */
export function createFakeClock(start = 1_700_000_000_000) {
  let now = 1_000_000;
  /** What people's clock shows beyond the uptime. */
  let ahead = start - now;
  let boot = 1;
  /** How long earlier boots lasted, and the pauses between. */
  let gone = 0;
  let timers: { at: number; then: () => void }[] = [];
  return {
    now: () => now + ahead,
    uptime: () => now,
    boot: () => `boot ${boot}`,
    /** Somebody sets the clock; time goes on as before. */
    set(ms: number) {
      ahead += ms;
    },
    /** The worker is gone: what was to ring never does. */
    forget() {
      timers = [];
    },
    /** The machine is switched off for so long. */
    reboot(ms: number) {
      timers = [];
      ahead += now + ms;
      gone += now + ms;
      now = 0;
      boot += 1;
    },
    /** The true time, whatever clocks say and machines do, ms. */
    elapsed: () => gone + now,
    /** How long until something rings; undefined when nothing ever does. */
    soonest: () => (timers.length === 0 ? undefined : Math.max(0, Math.min(...timers.map((one) => one.at)) - now)),
    random: () => 0.5,
    after(ms: number, then: () => void) {
      const timer = { at: now + Math.max(0, ms), then };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    /** Moves on and rings what is due, in order. */
    advance(ms: number) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.then();
      }
      now = end;
    },
    pending: () => timers.length,
  } satisfies Clock & Record<string, unknown>;
}
export type FakeClock = ReturnType<typeof createFakeClock>;

/** A run whose end the test decides. */
export type FakeRun = LiveRun & {
  signals: string[];
  killed: boolean;
  spec?: LaunchSpec;
  typed: string[];
  exit(over: Partial<RawExit>): void;
};

/** Makes a live run; `dies` names the signal it obeys, none for a stubborn one. */
export function createFakeRun(
  clock: Clock,
  of: {
    botId: string;
    run: number;
    adopted?: boolean;
    startedAt?: number;
    dies?: string | undefined;
    spec?: LaunchSpec;
  },
): FakeRun {
  let settle: (raw: RawExit) => void = () => {};
  const exited = new Promise<RawExit>((done) => {
    settle = done;
  });
  const exit = (over: Partial<RawExit>) =>
    settle({ code: null, signal: null, at: clock.now(), recorded: true, ...over });
  const run: FakeRun = {
    botId: of.botId,
    run: of.run,
    pid: 1_000 + of.run,
    startedAt: of.startedAt ?? clock.now(),
    adopted: of.adopted ?? false,
    ...(of.spec ? { spec: of.spec } : {}),
    exited,
    signals: [],
    killed: false,
    typed: [],
    exit,
    signal(name) {
      run.signals.push(name);
      if (name === of.dies) exit({ code: 0 });
    },
    async killTree() {
      run.killed = true;
      exit({ signal: "SIGKILL" });
    },
    async send(text) {
      run.typed.push(text);
    },
    pids: () => [run.pid],
  };
  return run;
}

export const BOT = "abcdefghij";
export const TOKEN = "MTE.x.y";
export const tokenHash = createHash("sha256").update(TOKEN).digest("hex");

/** A definition with defaults, of a bot that needs no token. */
export function define(over: Record<string, unknown> = {}): BotDefinition {
  return botDefinition.parse({
    id: BOT,
    name: "Tester",
    runtime: "node",
    entry: "index.js",
    source: { kind: "upload", names: [] },
    settings: {},
    env: [],
    tokenOptional: true,
    revision: 1,
    ...over,
  });
}

/** Keeps nothing apart. */
export function createFakeIsolation(): Isolation {
  const none = { level: "none", kill: "marker" } as const;
  return {
    report: { ...none, limits: { memory: "worker", cpu: "nobody", processes: "nobody" }, missing: [] },
    of: () => none,
    confine: async () => ({ ...none, wrap: [], groups: [], openFiles: 0, fileBytes: 0 }),
    groupsOf: () => [],
    limitHit: () => undefined,
    release() {},
  };
}

/** A supervisor over a real folder with a fake outside. `again()` is the next worker on the same home. */
export async function createStage(options: { startsAtOnce?: number } = {}) {
  const home = await mkdtemp(`${tmpdir()}/botyard-supervisor-`);
  const clock = createFakeClock();
  const stage = {
    home,
    clock,
    launched: [] as FakeRun[],
    /** How runs ended by what lies in their folders. */
    past: new Map<number, RawExit>(),
    killAll: [] as string[],
    found: new Map<string, Found>(),
    plan: null as InstallPlan | null,
    prepareFails: undefined as Error | undefined,
    launchFails: undefined as Error | undefined,
    install: (async () => ({ ok: true, ms: 5 })) as (signal: AbortSignal) => Promise<InstallOutcome>,
    installs: 0,
    dies: "SIGINT" as string | undefined,
    lines: [] as string[],
    said: [] as string[],
    desired: [] as Desired[],
    runs: [] as BotRun[],
    states: [] as string[],
    isolation: createFakeIsolation(),
    /** Of every bot's folder, MB. */
    size: 0 as number | null,
    confined: [] as (Confinement | undefined)[],
    /** Hears of every launch. */
    hears: (_run: FakeRun) => {},
    listeners: new Set<(lines: LogLine[], missed: number) => void>(),
    files: `${home}/bots/${BOT}/files`,
    print(text: string, run: number) {
      const line: LogLine = { run, offset: 0, next: 1, at: clock.now(), stream: "out", level: "plain", text };
      for (const listener of stage.listeners) listener([line], 0);
    },
    /** A folder with an entry file, to be moved in. */
    async staged(name = "staged") {
      await mkdir(`${home}/${name}`, { recursive: true });
      await writeFile(`${home}/${name}/index.js`, "");
      return `${home}/${name}`;
    },
    again: () => open(),
    clear: () => rm(home, { recursive: true, force: true }),
  };

  const driver: Driver = {
    name: "node",
    probe: async () => "v20.0.0",
    fits: () => true,
    async prepare() {
      if (stage.prepareFails) throw stage.prepareFails;
      return stage.plan;
    },
    launch: async (_folders, entry) => ({ argv: ["/usr/bin/node", entry], env: { PATH: "/usr/bin" }, reads: [] }),
  };

  function open() {
    const supervisor = createSupervisor({
      botsDir: `${home}/bots`,
      budgetFile: `${home}/budget.json`,
      clock,
      startsAtOnce: options.startsAtOnce ?? 4,
      spare: () => false,
      quiet: () => () => false,
      isolation: stage.isolation,
      sizes: { used: async () => stage.size },
      drivers: { node: driver, python: { ...driver, name: "python", probe: async () => null } },
      processes: {
        async launch(spec) {
          if (stage.launchFails) throw stage.launchFails;
          const run = createFakeRun(clock, { botId: spec.botId, run: spec.run, dies: stage.dies, spec });
          stage.launched.push(run);
          stage.hears(run);
          return run;
        },
        find: async (botId) => stage.found.get(botId) ?? { kind: "nothing" },
        past: (_botId, run) =>
          stage.past.get(run) ?? { code: null, signal: null, at: stage.clock.now(), recorded: false },
        killAll: async (botId) => void stage.killAll.push(botId),
        close() {},
      },
      installer: {
        async run(_botId, _plan, { signal, confinement }) {
          stage.confined.push(confinement);
          stage.installs += 1;
          return stage.install(signal);
        },
        ask: async () => ({ code: 0, out: "", err: "" }),
        sweep: async () => {},
      },
      logs: {
        follow(_botId, _source, _after, listener) {
          stage.listeners.add(listener);
          return () => void stage.listeners.delete(listener);
        },
        mask: (_botId, text) => text,
        tail: async () => stage.lines,
        prune: async () => {},
      },
      records: {
        desired: (_botId, desired) => void stage.desired.push(desired),
        run: (run) => void stage.runs.push(run),
        forget() {},
      },
      unseal: (_botId, _key, sealed) => sealed.replace("sealed:", ""),
      panelUrl: "http://127.0.0.1:3000",
      say: (line) => void stage.said.push(line),
    });
    supervisor.onChange((_botId, now) => {
      const state = now?.status.state ?? "removed";
      if (stage.states.at(-1) !== state) stage.states.push(state);
    });
    return supervisor;
  }
  return { ...stage, stage, supervisor: open() };
}
