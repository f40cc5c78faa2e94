import type { BotId, BotSample } from "#contracts/bot";
import type { HostSample } from "#contracts/host";
import type { Monitor, Supervisor } from "../ports/index";
import { createHostProbe } from "./host";
import { createTreeProbe } from "./trees";

/** Between two samples, ms; and how many are remembered. */
const EVERY_MS = 2_000;
const KEPT = 60;
/** So many bots are measured without letting anybody else have a turn. */
const AT_ONCE = 25;

type MonitorPorts = {
  supervisor: Pick<Supervisor, "ids" | "liveRun" | "onChange">;
  /** BOTYARD_HOME: its file system is the disk that counts. */
  home: string;
  everyMs?: number;
  /** Hears of what cannot be measured. */
  say?: (text: string) => void;
};

/** Measures every running bot's tree and the machine, every two seconds, and remembers two minutes. */
export function openMonitor({ supervisor, home, everyMs = EVERY_MS, say = console.error }: MonitorPorts): Monitor {
  const bots = new Map<BotId, { run: number; samples: BotSample[] }>();
  const host: HostSample[] = [];
  const botListeners = new Set<(botId: BotId, sample: BotSample) => void>();
  const hostListeners = new Set<(sample: HostSample) => void>();
  const trees = createTreeProbe();
  const sampleHost = createHostProbe(home);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round: Promise<void> = Promise.resolve();
  let closed = false;

  async function sampleBots() {
    let measured = 0;
    for (const botId of supervisor.ids()) {
      const live = supervisor.liveRun(botId);
      if (!live) continue;
      measured += 1;
      if (measured % AT_ONCE === 0) await new Promise((go) => setImmediate(go));
      if (closed) return;
      const usage = trees.sample(live.pids());
      // Its end may have come while others were measured.
      if (!usage || supervisor.liveRun(botId) !== live) continue;
      const sample: BotSample = { at: Date.now(), ...usage };
      const known = bots.get(botId);
      const samples = known?.run === live.run ? known.samples : [];
      samples.push(sample);
      if (samples.length > KEPT) samples.shift();
      if (samples !== known?.samples) bots.set(botId, { run: live.run, samples });
      for (const listener of botListeners) listener(botId, sample);
    }
    trees.next();
  }

  async function sampleMachine() {
    const sample = await sampleHost();
    if (closed) return;
    host.push(sample);
    host.splice(0, host.length - KEPT);
    for (const listener of hostListeners) listener(sample);
  }

  function next(ms: number) {
    timer = setTimeout(() => {
      const begun = performance.now();
      round = Promise.allSettled([sampleBots(), sampleMachine()]).then((outcomes) => {
        for (const one of outcomes) if (one.status === "rejected") say(`measuring failed: ${one.reason}`);
        if (!closed) next(Math.max(everyMs / 4, everyMs - (performance.now() - begun)));
      });
    }, ms);
  }
  next(0);

  // A bot that ended uses nothing: its samples go with its run.
  const unwatch = supervisor.onChange((botId) => {
    if (!supervisor.liveRun(botId)) bots.delete(botId);
  });

  const listen = <T>(listeners: Set<T>, listener: T) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    samples(botId) {
      const known = bots.get(botId);
      return known && supervisor.liveRun(botId)?.run === known.run ? [...known.samples] : [];
    },
    host: () => [...host],
    onBot: (listener) => listen(botListeners, listener),
    onHost: (listener) => listen(hostListeners, listener),
    async close() {
      closed = true;
      clearTimeout(timer);
      void unwatch();
      await round;
    },
  };
}
