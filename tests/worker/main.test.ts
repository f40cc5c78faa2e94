import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { botSettings } from "#contracts/bot";
import { homePaths } from "#contracts/home";
import { type RpcInput, type RpcName, type RpcOutput, rpc } from "#contracts/rpc";
import { root } from "../support/sources";

/* The worker as a program: started, asked, killed and started again, with no database and no web. */

const BOT = "programbot";
const patience = { interval: 20 };
const counts = "let n = 0; process.on('SIGINT', () => process.exit(0)); setInterval(() => console.log(++n), 5);";

let home: string;
let workers: ChildProcess[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "by-"));
  workers = [];
});
afterEach(async () => {
  const last = workers.at(-1);
  if (last && last.exitCode === null && last.signalCode === null) {
    await ask("bots.remove", { botId: BOT });
    await end(last, "SIGTERM");
  }
  await rm(home, { recursive: true, force: true });
});

/** Starts the program; `ready` settles at what tells PM2 that it is up. */
function startWorker(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "worker/main.ts"], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: "",
      BOTYARD_HOME: home,
      BOTYARD_GATEWAY_PORT: "0",
      BOTYARD_SFTP_PORT: "off",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  child.stdout?.on("data", (bytes) => {
    printed += bytes;
  });
  child.stderr?.on("data", (bytes) => {
    printed += bytes;
  });
  const ended = new Promise<number | null>((settle) => child.once("exit", settle));
  const ready = new Promise<void>((settle, fail) => {
    child.once("message", () => settle());
    void ended.then(() => fail(new Error(`the worker ended:\n${printed}`)));
  });
  ready.catch(() => {});
  workers.push(child);
  return { child, ready, ended, printed: () => printed };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const gone = new Promise<number | null>((settle) => child.once("exit", settle));
  child.kill(signal);
  return gone;
}

function ask<Name extends RpcName>(name: Name, input: RpcInput<Name>): Promise<RpcOutput<Name>> {
  return new Promise((settle, fail) => {
    const socketPath = homePaths(home).workerSocket;
    const sent = request({ socketPath, method: "POST", path: `/rpc/${name}`, agent: false }, async (response) => {
      let text = "";
      for await (const bytes of response) text += bytes;
      if (response.statusCode !== 200) return fail(new Error(`${name}: ${text}`));
      const output = rpc[name].output.parse(JSON.parse(text));
      settle(output as RpcOutput<Name>);
    });
    sent.once("error", fail);
    sent.end(JSON.stringify(input));
  });
}

async function startCounting() {
  const folder = join(home, "elsewhere");
  await mkdir(folder);
  await writeFile(join(folder, "index.js"), counts);
  const source = { kind: "folder", path: folder } as const;
  const runs = { runtime: "node", entry: "index.js", source, settings: botSettings.parse({}) } as const;
  await ask("bots.put", {
    definition: { ...runs, env: [], id: BOT, name: "Counter", tokenOptional: true, revision: 1 },
  });
  await ask("bots.command", { botId: BOT, command: "start" });
  return vi.waitFor(pidNow, patience);
}

async function pidNow(): Promise<number> {
  const { live } = await ask("bots.live", {});
  const status = live[BOT]?.status;
  if (!status || !("pid" in status)) throw new Error(`it is ${status?.state}`);
  return status.pid;
}

/** Every number that the log holds, from its beginning. */
async function numbers(): Promise<number[]> {
  const all: number[] = [];
  let after = { run: 1, offset: 0 };
  for (;;) {
    const { lines, end: read } = await ask("bots.log", { botId: BOT, query: { after, limit: 2_000 } });
    all.push(...lines.filter((line) => line.stream === "out").map((line) => Number(line.text)));
    if (lines.length < 2_000 || !read) return all;
    after = read;
  }
}

/** BOTYARD_KILLS=20 for a longer look than every day's. */
const kills = Number(process.env.BOTYARD_KILLS ?? 4);

it(
  "is killed -9 again and again, and the bot notices nothing: one pid, no line lost or doubled, no second copy",
  async () => {
    await startWorker().ready;
    const pid = await startCounting();
    for (let kill = 1; kill <= kills; kill++) {
      const killed = workers.at(-1);
      if (!killed) throw new Error("there is no worker");
      await new Promise((later) => setTimeout(later, Math.random() * 300));
      await end(killed, "SIGKILL");
      expect(existsSync(`/proc/${pid}`)).toBe(true);
      await startWorker().ready;
      expect(await pidNow()).toBe(pid);
    }
    const seen = await numbers();
    expect(seen.length).toBeGreaterThan(100);
    expect(seen).toEqual(seen.map((_, n) => n + 1));
    expect((await ask("bots.runs", { botId: BOT, limit: 9 })).runs.length).toBe(1);
    console.info(`${kills} kills: ${seen.length} lines, none lost or doubled; pid ${pid} all along`);
  },
  60_000 + kills * 5_000,
);

it("told to end, ends with 0 whoever still has a connection open, and leaves the bot running", async () => {
  const first = startWorker();
  await first.ready;
  const pid = await startCounting();
  const held = connect(homePaths(home).workerSocket).on("error", () => {});
  await once(held, "connect");
  expect(await end(first.child, "SIGINT")).toBe(0);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  expect(existsSync(homePaths(home).workerSocket)).toBe(false);

  await startWorker().ready;
  await ask("bots.command", { botId: BOT, command: "stop" });
  await vi.waitFor(async () => {
    const { live } = await ask("bots.live", {});
    expect(live[BOT]).toMatchObject({ desired: "down", status: { state: "stopped", lastExit: { code: 0 } } });
  }, patience);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

it("says in one sentence why it cannot start: a second one, a taken port, a setting that makes no sense", async () => {
  const first = startWorker();
  await first.ready;
  const second = startWorker();
  expect(await second.ended).toBe(1);
  expect(second.printed().trim()).toMatch(/^Another worker already serves this home\..*$/);
  await end(first.child, "SIGTERM");

  const taken = createServer();
  const port = await new Promise<number>((settle) => {
    taken.listen(0, "127.0.0.1", () => {
      const address = taken.address();
      settle(typeof address === "object" && address ? address.port : 0);
    });
  });
  const third = startWorker({ BOTYARD_GATEWAY_PORT: String(port) });
  expect(await third.ended).toBe(1);
  expect(third.printed().trim()).toBe(
    `Port ${port} is taken by another program. Set BOTYARD_GATEWAY_PORT to a free one.`,
  );
  await new Promise((closed) => taken.close(closed));

  const fourth = startWorker({ BOTYARD_GATEWAY_PORT: "many" });
  expect(await fourth.ended).toBe(1);
  expect(fourth.printed()).toMatch(/^BOTYARD_GATEWAY_PORT in the environment makes no sense/);
});
