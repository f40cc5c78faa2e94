import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { diagnose } from "#worker/supervisor/diagnose";
import { type Discord, startDiscord } from "../discord";

/** The template as a person's bot: a real child with the real discord.js, against the simulated Discord. */
let discord: Discord;
let folder: string;
const children: ChildProcess[] = [];
const root = join(import.meta.dirname, "../..");

beforeEach(async () => {
  discord = await startDiscord();
  folder = await mkdtemp(join(tmpdir(), "basic-js-"));
  await cp(join(root, "templates/basic-js/files"), folder, { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await discord.close();
  await rm(folder, { recursive: true });
});

function start(env: Record<string, string>, script = "index.js") {
  const child = spawn(process.execPath, [script], {
    cwd: folder,
    env: Object.assign(Object.create(null), { DISCORD_API_BASE: discord.apiBase, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const says = (text: string | RegExp) => vi.waitFor(() => expect(output).toMatch(text), { interval: 20 });
  return { child, exited, says, output: () => output };
}

test("signs in, registers its commands, answers them, and signs off on SIGINT", async () => {
  const bot = discord.addBot("Pinger");
  const { child, exited, says, output } = start({ DISCORD_TOKEN: bot.token });
  await says("Ready as Pinger#0001 in 1 servers");
  await says("Registered 2 commands: /ping, /about");
  expect([...bot.commands.values()].map(({ name }) => name).sort()).toEqual(["about", "ping"]);

  expect((await discord.interact(bot, "ping")).content).toMatch(/^Pong! Your message took \d+ ms\.$/);
  expect((await discord.interact(bot, "about")).content).toContain("discord.js 14.");
  await says("/ping by owner");

  child.kill("SIGINT");
  expect(await exited).toBe(0);
  await vi.waitFor(() => expect(discord.isOnline(bot)).toBe(false));
  expect(discord.log).toContainEqual(expect.objectContaining({ side: "gateway", kind: "close", code: 1000 }));
  expect(output()).toContain("SIGINT: signing off");
  expect(output()).not.toContain(bot.token);
});

test("resumes its session when Discord asks it to reconnect", async () => {
  const bot = discord.addBot("Returner");
  const { says } = start({ DISCORD_TOKEN: bot.token });
  await says("Registered 2 commands");
  discord.drop(bot, { op: 7 });
  await says("Connection resumed");
  expect((await discord.interact(bot, "ping")).content).toContain("Pong");
  expect(discord.log.filter((event) => event.side === "gateway" && event.kind === "identify")).toHaveLength(1);
});

test("says that its token is wrong and ends with 1", async () => {
  const { exited, output } = start({
    DISCORD_TOKEN: `${Buffer.from("123456789012345678").toString("base64url")}.AAAAAA.${"b".repeat(27)}`,
  });
  expect(await exited).toBe(1);
  expect(output()).toContain("Login failed: An invalid token was provided.");
});

test("ends with 78 when it has no token at all", async () => {
  const { exited, output } = start({});
  expect(await exited).toBe(78);
  expect(output()).toContain("DISCORD_TOKEN is not set");
});

test("says which close ended it when Discord no longer takes its token", async () => {
  const bot = discord.addBot("Revoked");
  const { exited, says, output } = start({ DISCORD_TOKEN: bot.token });
  await says("Ready as");
  discord.drop(bot, { code: 4004 });
  expect(await exited).toBe(1);
  expect(output()).toMatch(/Authentication failed|closed the connection for good with code 4004/);
});

test("says that its intents are not switched on", async () => {
  const bot = discord.addBot("Curious", { intents: 0 });
  const source = await readFile(join(folder, "index.js"), "utf8");
  const more = source.replace("GatewayIntentBits.Guilds", "GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent");
  await writeFile(join(folder, "index.js"), more);
  const { exited, output } = start({ DISCORD_TOKEN: bot.token });
  expect(await exited).toBe(1);
  expect(output()).toContain("closed the connection for good with code 4014 (DisallowedIntents)");
});

/** A bot as most people write one: nothing caught, nothing listened to. What discord.js prints then must be understood. */
const careless = `
const { Client } = require("discord.js");
const client = new Client({ intents: Number(process.env.INTENTS), rest: { api: process.env.DISCORD_API_BASE } });
client.login(process.env.DISCORD_TOKEN);
`;

test.each([
  { why: "token_invalid", token: "wrong", intents: 1, shards: 1 },
  { why: "intents_disallowed", token: "right", intents: 1 << 15, shards: 1 },
  { why: "intents_invalid", token: "right", intents: 2 ** 27, shards: 1 },
  { why: "sharding_required", token: "right", intents: 1, shards: 2 },
] as const)("a careless bot's end is told apart: $why", async ({ why, token, intents, shards }) => {
  const bot = discord.addBot("Careless", { intents: 0, shards });
  await writeFile(join(folder, "careless.cjs"), careless);
  const env = { DISCORD_TOKEN: token === "right" ? bot.token : "MTIz.AAAAAA.b", INTENTS: String(intents) };
  const { exited, output } = start(env, "careless.cjs");
  const code = await exited;
  expect(code).not.toBe(0);
  const exit = { code, signal: null, recorded: true };
  expect(diagnose(exit, output().split("\n"), { runtime: "node" }).code, output()).toBe(why);
});
