import type { BotLive, BotSample } from "#contracts/bot";
import type { Deploy } from "#contracts/deploy";
import type { EventPayload, WatchAnswer } from "#contracts/events";
import type { HostSample } from "#contracts/host";
import type { LogSource } from "#contracts/log";
import { type Cell, cell } from "./cell";
import { emptyLog, type LogBuffer, takeLines } from "./log-buffer";

const BOT_SAMPLES = 60;
const HOST_SAMPLES = 60;
/** Views over every bot are told of changes at most this often, ms; a single bot's view at once. */
const FLEET_EVERY = 250;

/** What the browser knows of the present: filled by the connection, read by components. */
export type LiveStore = {
  /** One bot's present; null while nothing is known. */
  bot(botId: string): Cell<BotLive | null>;
  /** Every known bot's present, replaced at most four times a second. */
  fleet: Cell<ReadonlyMap<string, BotLive>>;
  host: Cell<readonly HostSample[]>;
  /** Rises when a bot shows up or goes that was not known: the list of definitions is then old. */
  roster: Cell<number>;
  /** The last step of a deploy of one bot that was told; null before the first. */
  deploy(botId: string): Cell<Deploy | null>;
  log(botId: string, source: LogSource): Cell<LogBuffer>;
  /** Rises when a bot was joined: from then on its lines are told, and those of before only of its console. */
  joins: Cell<number>;
  hasLog(botId: string, source: LogSource): boolean;
  dropLogs(botId: string): void;
  takeAnswer(topic: string, answer: Extract<WatchAnswer, { ok: true }>): void;
  takeLive(botId: string, live: BotLive): void;
  takeSample(botId: string, sample: BotSample): void;
  takeHost(sample: HostSample): void;
  takeLog(event: EventPayload<"bot.log">): void;
  takeDeploy(event: EventPayload<"bot.deploy">): void;
  takeRemoved(botId: string): void;
  close(): void;
};

export function createStore(): LiveStore {
  const present = new Map<string, BotLive>();
  const bots = new Map<string, Cell<BotLive | null>>();
  const logs = new Map<string, Cell<LogBuffer>>();
  const deploys = new Map<string, Cell<Deploy | null>>();
  const fleet = cell<ReadonlyMap<string, BotLive>>(new Map());
  const host = cell<readonly HostSample[]>([]);
  const roster = cell(0);
  const joins = cell(0);
  let flush: ReturnType<typeof setTimeout> | undefined;

  const bot = (botId: string) => {
    const known = bots.get(botId) ?? cell<BotLive | null>(present.get(botId) ?? null);
    bots.set(botId, known);
    return known;
  };
  const deploy = (botId: string) => {
    const known = deploys.get(botId) ?? cell<Deploy | null>(null);
    deploys.set(botId, known);
    return known;
  };
  const log = (botId: string, source: LogSource) => {
    const key = `${botId}:${source}`;
    const known = logs.get(key) ?? cell(emptyLog);
    logs.set(key, known);
    return known;
  };
  const tellFleet = () => {
    flush ??= setTimeout(() => {
      flush = undefined;
      fleet.set(new Map(present));
    }, FLEET_EVERY);
  };
  const takeLive = (botId: string, live: BotLive) => {
    present.set(botId, live);
    bot(botId).set(live);
    tellFleet();
  };
  const takeRemoved = (botId: string) => {
    present.delete(botId);
    bot(botId).set(null);
    roster.set(roster.get() + 1);
    tellFleet();
  };

  return {
    bot,
    fleet,
    host,
    roster,
    deploy,
    log,
    joins,
    hasLog: (botId, source) => logs.has(`${botId}:${source}`),
    dropLogs(botId) {
      logs.delete(`${botId}:console`);
      logs.delete(`${botId}:install`);
    },
    takeAnswer(topic, answer) {
      if (topic === "fleet") {
        for (const botId of [...present.keys()]) if (!Object.hasOwn(answer.live, botId)) takeRemoved(botId);
      }
      for (const [botId, live] of Object.entries(answer.live)) takeLive(botId, live);
      if (topic === "fleet") {
        clearTimeout(flush);
        flush = undefined;
        fleet.set(new Map(present));
      }
      if (answer.host) host.set(answer.host);
      if (topic.startsWith("bot:")) joins.set(joins.get() + 1);
      if (answer.log && topic.startsWith("bot:")) {
        const lines = log(topic.slice(4), "console");
        lines.set(takeLines(lines.get(), answer.log.lines, { gap: answer.log.gap }));
      }
    },
    takeLive(botId, live) {
      if (!present.has(botId)) roster.set(roster.get() + 1);
      takeLive(botId, live);
    },
    takeSample(botId, sample) {
      const live = present.get(botId);
      if (live) takeLive(botId, { ...live, samples: [...live.samples, sample].slice(-BOT_SAMPLES) });
    },
    takeHost: (sample) => host.set([...host.get(), sample].slice(-HOST_SAMPLES)),
    takeLog({ botId, source, lines, missed }) {
      // Nobody reads a log that has no cell; it is loaded whole when somebody does.
      const held = logs.get(`${botId}:${source}`);
      held?.set(takeLines(held.get(), lines, { missed }));
    },
    takeDeploy: (event) => deploy(event.botId).set(event.deploy),
    takeRemoved,
    close: () => clearTimeout(flush),
  };
}
