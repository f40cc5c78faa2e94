import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bytesOf, splitWords } from "./app";
import { ownEnvironment } from "./environment";
import { mapApp, type Plan } from "./map";
import { readPm2 } from "./read";

const dir = mkdtempSync(join(tmpdir(), "by-pm2-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

async function planOf(file: string, login: Record<string, string> = {}): Promise<Plan> {
  const { kind, apps } = await readPm2(file);
  const [app] = apps;
  if (!app) throw new Error("no program");
  const mapped = mapApp(app, { dumped: kind === "dump", login });
  if (!("plan" in mapped)) throw new Error(mapped.refused);
  return mapped.plan;
}

test("an ecosystem file is run as PM2 runs it, and its program becomes a bot with what can be carried over", async () => {
  const file = write(
    "ecosystem.config.cjs",
    `console.log("noise");
     module.exports = { apps: [{ name: "a/b", script: "./src/bot.js", args: "--x 'two words'", max_memory_restart: "300M", kill_timeout: "3000",
       restart_delay: 50, max_restarts: 5, cron_restart: "0 4 * * *", watch: true, instances: 2, node_args: "--max-old-space-size=200",
       env: { MODE: "fast", BOT_TOKEN: "MTE.x.y", PORT: 80 } }] };`,
  );
  const plan = await planOf(file);
  expect(plan).toMatchObject({ name: "a-b", folder: dir, entry: "src/bot.js", runtime: "node" });
  expect(plan.settings).toMatchObject({
    args: ["--x", "two words"],
    install: false,
    limits: { memoryMb: 300 },
    stop: { graceMs: 3_000 },
    restart: { mode: "always", backoffMs: 50, crashLimit: 5 },
  });
  expect(plan.env).toEqual([
    { key: "MODE", value: "fast", secret: false },
    { key: "BOT_TOKEN", value: "MTE.x.y", secret: true },
    { key: "PORT", value: "80", secret: false },
    { key: "NODE_OPTIONS", value: "--max-old-space-size=200", secret: false },
  ]);
  for (const key of ["cron_restart", "watch", "instances"])
    expect(plan.cannot.filter((line) => line.startsWith(`${key}:`))).toHaveLength(1);
});

test("a dump's environment loses what PM2 copied out of the login, and keeps what is the bot's", () => {
  const login = { PATH: "/bin", COMPANY_CA: "/etc/ca", API_KEY: "k" };
  const env = {
    ...{ ...login, EXPORTED: "by hand", SSH_TTY: "/dev/pts/1", PM2_USAGE: "CLI", PM2_JSON_PROCESSING: "true" },
    ...{ COLOUR: "blue", bot: "{}", unique_id: "x", "not a name": "1" },
  };
  const { own, left } = ownEnvironment(env, login, { name: "bot", dumped: true });
  expect(own.map(({ key }) => key)).toEqual(["API_KEY", "EXPORTED", "COLOUR"]);
  expect(left).toEqual(
    expect.arrayContaining(["PATH", "COMPANY_CA", "SSH_TTY", "PM2_USAGE", "bot", "unique_id", "not a name"]),
  );
});

test("a dump is read, and a script outside of its folder starts in its own", async () => {
  const app = {
    name: "py",
    pm_exec_path: "/srv/bots/main.py",
    pm_cwd: "/home/me",
    exec_interpreter: "python3",
    env: {},
  };
  const plan = await planOf(
    write("dump.pm2", JSON.stringify([{ ...app, autorestart: false, axm_options: { error: true } }])),
  );
  expect(plan).toMatchObject({ folder: "/srv/bots", entry: "main.py", runtime: "python" });
  expect(plan.settings.restart.mode).toBe("never");
  expect(plan.cannot.join()).toContain("outside of /home/me");
});

test.each([
  ["another program", { name: "x", script: "run.sh", interpreter: "bash" }, "runs with bash"],
  ["no script", { name: "x" }, "names no script"],
  ["a name that is none", { name: "..", script: "a.js" }, "cannot be the name"],
])("%s is refused in words", async (_, app, words) => {
  const { apps } = await readPm2(write("some.json", JSON.stringify({ apps: [app] })));
  const [first] = apps;
  if (!first) throw new Error("no program");
  expect(mapApp(first, { dumped: false, login: {} })).toMatchObject({ refused: expect.stringContaining(words) });
});

test.each([
  ["garbage.json", "{", "is no JSON"],
  ["number.json", "7", "holds no list"],
  ["wrong.json", '[{"kill_timeout":"soon"}]', "kill_timeout"],
  ["throws.cjs", "throw new Error('no such thing')", "no such thing"],
  ["quiet.cjs", "process.exit(0)", "without an answer"],
  ["a.yaml", "apps:", "YAML"],
])("%s is refused in words", async (name, text, words) => {
  await expect(readPm2(write(name, text))).rejects.toThrow(words);
});

test("words and sizes are read as PM2 reads them", () => {
  expect(splitWords(`a "b c" 'd' --e=f`)).toEqual(["a", "b c", "d", "--e=f"]);
  expect([bytesOf("300M"), bytesOf("1.5G"), bytesOf(1024), bytesOf("much")]).toEqual([
    300 * 1024 ** 2,
    1.5 * 1024 ** 3,
    1024,
    undefined,
  ]);
});
