import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { LiveRun, Supervised, Supervisor } from "../ports/index";

export const supervised = (now: Partial<Supervised> = {}): Supervised => ({
  status: { state: "stopped" },
  desired: "down",
  restarts: 0,
  install: { state: "none" },
  isolation: { level: "none", kill: "marker" },
  ...now,
});

/** A supervisor without processes: it knows what it was told and remembers what it was asked. */
export function fakeSupervisor() {
  const bots = new Map<BotId, Supervised>();
  const runs = new Map<BotId, LiveRun>();
  const listeners = new Set<(botId: BotId, now: Supervised | null) => void>();
  const asked: unknown[][] = [];
  const need = (botId: BotId) => {
    const now = bots.get(botId);
    if (!now) throw new AppError("not_found", { what: "bot" });
    return now;
  };
  const supervisor: Supervisor = {
    boot: async () => {},
    async put(definition, filesFrom) {
      asked.push(["put", definition.id, filesFrom]);
      if (definition.name === "refused") throw new AppError("disk_unwritable", { detail: "full", path: "/x" });
      if (definition.name === "bug") throw new Error("a bug with a secret in it");
      bots.set(definition.id, supervised());
      return supervised();
    },
    async remove(botId) {
      asked.push(["remove", botId]);
      bots.delete(botId);
    },
    async command(botId, command) {
      asked.push(["command", botId, command]);
      return need(botId);
    },
    rest: async () => {
      throw new AppError("not_found", { what: "bot" });
    },
    definition: () => undefined,
    async cancelInstall(botId) {
      asked.push(["cancelInstall", botId]);
    },
    async send(botId, text) {
      need(botId);
      asked.push(["send", botId, text]);
    },
    awake: async () => {},
    get: (botId) => bots.get(botId),
    ids: () => [...bots.keys()],
    runs: async () => [],
    liveRun: (botId) => runs.get(botId),
    measured: () => {},
    secrets: () => undefined,
    reveal: () => ({}),
    logPolicy: () => undefined,
    filesOf: () => undefined,
    definitionOf: () => undefined,
    repack: async () => false,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {},
  };
  return {
    supervisor,
    asked,
    /** Changes a bot, as its process would. */
    become(botId: BotId, now: Supervised | null, run?: LiveRun) {
      if (now) bots.set(botId, now);
      else bots.delete(botId);
      if (run) runs.set(botId, run);
      else runs.delete(botId);
      for (const listener of listeners) listener(botId, now);
    },
  };
}

/** A live run that is only its pids. */
export const fakeRun = (botId: BotId, run: number, pids: readonly number[]): LiveRun => ({
  botId,
  run,
  pid: pids[0] ?? 0,
  startedAt: Date.now(),
  adopted: false,
  exited: new Promise(() => {}),
  signal: () => {},
  killTree: async () => {},
  send: async () => {},
  pids: () => pids,
});
