import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { homePaths } from "#contracts/home";
import { freePort } from "../tests/support/free-port";
import { bareEnv } from "./bare-env";
import { openHome } from "./home";
import { takeLock } from "./lock";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder: string;
let home: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "by-"));
  home = join(folder, "home");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { code: number | null; said: string };

/** Runs a script as npm does; what it said on both streams, without empty lines. */
async function script(name: string, env: Record<string, string>, ...nodeFlags: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeFlags, `scripts/${name}.mjs`], {
    cwd: root,
    env: bareEnv({ PATH: process.env.PATH, HOME: folder, ...env }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, said: said.trim() };
}

const start = async (env: Record<string, string>) => {
  const ports = { PORT: String(await freePort()), BOTYARD_GATEWAY_PORT: String(await freePort()) };
  return script("start", { BOTYARD_HOME: home, ...ports, ...env });
};

function expectRefusal({ code, said }: Ended, sentence: RegExp): void {
  expect(said).toMatch(sentence);
  expect(said.split("\n"), "one line").toHaveLength(1);
  expect(code).toBe(1);
}

const listenOn = (port: number) =>
  new Promise<Server>((resolve) => {
    const server = createServer().listen(port, "127.0.0.1", () => resolve(server));
  });

test.each(["PORT", "BOTYARD_GATEWAY_PORT"])("a taken %s is named, and nothing is left locked", async (name) => {
  const port = await freePort();
  const other = await listenOn(port);
  expectRefusal(
    await start({ [name]: String(port) }),
    new RegExp(`^Port ${port} .* in use\\. Set ${name} to a free port`),
  );
  expect(existsSync(homePaths(home).launcherLock)).toBe(false);
  other.close();
});

test("a home that is a file, or lies where nothing can be made", async () => {
  writeFileSync(home, "");
  expectRefusal(await start({}), /^The folder .*home cannot be used .* Set BOTYARD_HOME/);
  expectRefusal(
    await start({ BOTYARD_HOME: "/proc/nowhere/home" }),
    /^The folder .* cannot be used .* Set BOTYARD_HOME/,
  );
});

test("a home too long for Unix sockets, and nothing is made", async () => {
  const long = join(folder, "x".repeat(100));
  expectRefusal(await start({ BOTYARD_HOME: long }), /too long for Unix sockets by \d+ bytes\. Set BOTYARD_HOME/);
  expect(existsSync(long)).toBe(false);
});

test("a second start on a home", async () => {
  const paths = homePaths(home);
  openHome(paths);
  const release = takeLock(paths.launcherLock, home);
  expectRefusal(await start({}), new RegExp(`^Botyard already runs on .* \\(process ${process.pid}\\)`));
  release();
});

test("a DATABASE_URL that is none, and one that does not answer", async () => {
  expectRefusal(await start({ DATABASE_URL: "mysql://a" }), /^DATABASE_URL is not valid: .*postgresql:/);
  const url = `postgresql://u:hush@127.0.0.1:${await freePort()}/x`;
  const refused = await start({ DATABASE_URL: url });
  expectRefusal(refused, /^The database of DATABASE_URL does not answer/);
  expect(refused.said).not.toContain("hush");
});

test.each([
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["BOTYARD_PUBLIC_URL", "bots.example.org"],
])("a setting that cannot be: %s=%s", async (name, value) => {
  expectRefusal(await start({ [name]: value }), new RegExp(`^${name} is not valid: it must be`));
});

test("a Node that is too old", async () => {
  const preload = join(folder, "old.cjs");
  writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "12.22.12" });');
  for (const name of ["start", "stop", "dev", "build", "test", "check"])
    expectRefusal(
      await script(name, {}, "--require", preload),
      /^Botyard needs Node 20\.19\.0 or newer, and this is 12\.22\.12/,
    );
});

test("npm stop where nothing runs, and with a flag it does not know", async () => {
  expect(await script("stop", { BOTYARD_HOME: home })).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^Nothing of Botyard runs/),
  });
});
