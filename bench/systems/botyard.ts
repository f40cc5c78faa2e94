import { createHmac, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type BotDefinition, botSettings } from "#contracts/bot";
import { homePaths } from "#contracts/home";
import type { NodeInfo } from "#contracts/host";
import { rpc } from "#contracts/rpc";
import { keyBytes } from "#contracts/secret";
import { TICKET, type TicketClaims } from "#contracts/ticket";
import { logFile } from "#worker/logs/bytes";
import { openLogs } from "#worker/logs/index";
import { SIZES } from "#worker/logs/rotate";
import { workers } from "../build";
import type { Tally } from "../measure/lines";
import { isAlive } from "../measure/processes";
import { until } from "../measure/time";
import { removeGroups } from "./groups";
import { createAsk } from "./rpc";
import { type App, daemon, environment, type Place, type System, type Wanted } from "./system";

/** The shortest pause before a restart that a definition may ask for, ms; the crash rows take it off. */
export const PAUSE_MS = 0;

export type BotyardOptions = {
  /** As the panel does it; otherwise BOTYARD_ISOLATION=off. */
  isolated: boolean;
  /** The worker that users run, for bots that are Node programs; otherwise the one for small programs. */
  real?: boolean;
};

export type Botyard = System & {
  node(): Promise<NodeInfo>;
  /** Where the gateway answers, and a ticket for one viewer of everything. */
  gateway(): string;
  ticket(): string;
};

/** Megabytes of log a bot keeps where the lines are counted, and where the disk is watched. */
export const KEEP_MB = { all: 4_096, bounded: 64 } as const;

const onDisk = (path: string) => (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;

/** Our worker with a BOTYARD_HOME in the session's folder and no database, asked over its socket. */
export function createBotyard(place: Place, { isolated, real = false }: BotyardOptions): Botyard {
  const paths = homePaths(`${place.dir}/home`);
  const { ask, close } = createAsk(paths.workerSocket);
  const log = `${place.dir}/daemon.log`;
  const env = environment(place, {
    NODE_ENV: "production",
    BOTYARD_HOME: paths.home,
    BOTYARD_GATEWAY_PORT: "0",
    BOTYARD_SFTP_PORT: "off",
    ...(isolated ? {} : { BOTYARD_ISOLATION: "off" }),
  });
  let apps: readonly App[] = [];
  let pid = 0;
  let said = 0;

  async function up() {
    said = existsSync(log) ? readFileSync(log).length : 0;
    pid = daemon([process.execPath, real ? workers.real : workers.small], place, env);
    await until("the worker to wake its bots", () => port() !== undefined || (!isAlive(pid) && dead()), { everyMs: 5 });
  }
  const news = () => readFileSync(log, "utf8").slice(said);
  const port = () => /live connections on [\d.]+:(\d+)/.exec(news())?.[1];
  const dead = (): never => {
    throw new Error(`the worker ended: ${news().slice(-600)}`);
  };

  function define(app: App, { keepAll = false }: Wanted): BotDefinition {
    const [first, ...rest] = app.argv;
    const own = [app.mode, app.id, "told", ...app.values];
    const settings = {
      restart: { backoffMs: PAUSE_MS },
      logs: { keepMb: keepAll ? KEEP_MB.all : KEEP_MB.bounded },
      install: false,
      args: real ? own : [first, ...rest, ...own],
    };
    return {
      id: app.id,
      name: app.id,
      runtime: "node",
      entry: "child.mjs",
      source: { kind: "upload", names: [] },
      settings: botSettings.parse(settings),
      env: [{ key: "BENCH_MARK", secret: false, value: place.mark }],
      tokenOptional: true,
      trusted: true,
      revision: 1,
    };
  }

  async function present() {
    const { live } = await ask("bots.live", rpc["bots.live"].output, {});
    return Object.values(live);
  }

  return {
    recordFile: (id) => `${paths.bots}/${id}/files/told`,
    async boot(given, wanted = {}) {
      apps = given;
      mkdirSync(paths.home, { recursive: true, mode: 0o700 });
      for (const app of apps) {
        const files = `${paths.bots}/${app.id}/files`;
        mkdirSync(files, { recursive: true, mode: 0o700 });
        const script = app.argv[1];
        if (real && script) copyFileSync(script, `${files}/child.mjs`);
        else writeFileSync(`${files}/child.mjs`, "");
      }
      await up();
      for (const app of apps) await ask("bots.put", rpc["bots.put"].output, { definition: define(app, wanted) });
    },
    async all(command) {
      const { results } = await ask("bots.commandMany", rpc["bots.commandMany"].output, {
        botIds: apps.map(({ id }) => id),
        command,
      });
      const refused = results.find((one) => "code" in one);
      if (refused) throw new Error(`a bot was not told to ${command}: ${JSON.stringify(refused)}`);
    },
    root: () => pid,
    bootAgain: up,
    async knowsAll() {
      const up = (await present()).filter(({ status }) => status.state === "starting" || status.state === "running");
      return up.length >= apps.length;
    },
    async count(id, into: Tally) {
      const logs = openLogs({ botsDir: paths.bots });
      try {
        for (let after = { run: 0, offset: 0 }; ; ) {
          const page = await logs.read(id, { source: "console", after, limit: 2_000 });
          for (const line of page.lines) if (line.stream === "out") into.add(Buffer.from(line.text, "latin1"));
          if (page.lines.length === 0 || !page.end) return;
          after = page.end;
        }
      } finally {
        await logs.close();
      }
    },
    logFolders: () => apps.map(({ id }) => `${paths.bots}/${id}/runs`),
    putOff: () => apps.some(({ id }) => onDisk(logFile(`${paths.bots}/${id}/runs/1`, "console")) > SIZES.live),
    remember: async () => {},
    end: async () => close(),
    leave: () => removeGroups(paths.home),
    node: () => ask("node.info", rpc["node.info"].output, {}),
    gateway: () => `http://127.0.0.1:${port() ?? ""}`,
    ticket() {
      const now = Date.now();
      const claims: TicketClaims = {
        id: randomBytes(16).toString("base64url"),
        userId: "bench",
        tokenVersion: 1,
        bots: "all",
        issuedAt: now,
        opensUntil: now + TICKET.openWithinMs,
        livesUntil: now + TICKET.livesMs,
      };
      const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
      const key = keyBytes(readFileSync(paths.ticketKey, "utf8"));
      return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
    },
  };
}
