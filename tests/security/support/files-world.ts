import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { rawZip } from "../../../worker/imports/testing/raw-zip";
import { openRealPanel, type Person, type RealPanel } from "../../support/real-panel";
import type { Expected, FileClient, Threat } from "./file-threats";

/* A bot that plants what it can, what lies around its folder, and an eye on all of that. */

export type FilesWorld = {
  panel: RealPanel;
  owner: Person;
  botId: string;
  /** The bot's folder. */
  files: string;
  /** Lies outside of every bot. */
  outside: string;
  /** Empties the bot's folder and plants anew. */
  plant(): void;
  /** Nothing outside of the bot's folder was changed or told. */
  expectUntouched(said: string): void;
  /** Does everything that a client can at a path, each on fresh ground if it may change it, and sees what came of it. */
  tryAll(client: FileClient, threat: Threat, expected: Expected): Promise<void>;
  close(): Promise<void>;
};

/** Of what is refused so many are asked at once, which is no more than anybody may. */
const AT_ONCE = 4;

/** Opens it. `env`: for the worker. */
export async function openFilesWorld(env: Record<string, string> = {}): Promise<FilesWorld> {
  const secret = `secret-${randomBytes(8).toString("hex")}`;
  const hidden = `hidden-${randomBytes(8).toString("hex")}`;
  const panel = await openRealPanel({ ...env, BOTYARD_TEST_SECRET: secret });
  const owner = await panel.person("ada", "admin");
  const botId = await panel.newBot(owner, "one");
  const home = join(panel.home, "bots", botId);
  const files = join(home, "files");
  const outside = join(panel.home, "outside");
  const around = [outside, `${home}0`, join(home, "files0"), join(home, "definition.json"), join(home, "secret")];
  for (const folder of [join(outside, "deep"), join(`${home}0`, "files"), join(home, "files0")])
    mkdirSync(folder, { recursive: true });
  for (const folder of [outside, join(outside, "deep"), join(`${home}0`, "files"), join(home, "files0"), home])
    for (const name of ["secret", ...(folder === home ? [] : [hidden])]) writeFileSync(join(folder, name), secret);
  const before = around.map(seen);

  /** What is planted, as it is seen. */
  let pristine: unknown;
  function plant(): void {
    if (pristine !== undefined && isDeepStrictEqual(seen(files), pristine)) return;
    rmSync(files, { recursive: true, force: true });
    mkdirSync(join(files, "src/deep"), { recursive: true });
    writeFileSync(join(files, "index.js"), "own\n");
    writeFileSync(join(files, "src/inner.txt"), "here\n");
    writeFileSync(join(files, "good.zip"), rawZip([{ name: "inner/new", data: "1" }]));
    symlinkSync(outside, join(files, "out"));
    symlinkSync("../../../outside", join(files, "relative"));
    symlinkSync("out", join(files, "chain"));
    symlinkSync("..", join(files, "up"));
    symlinkSync(".", join(files, "loopback"));
    symlinkSync("/proc/self/root", join(files, "root"));
    symlinkSync("/proc/self/cwd", join(files, "cwd"));
    symlinkSync(outside, join(files, "src/deep/out"));
    symlinkSync(join(outside, "secret"), join(files, "pointer"));
    symlinkSync("/proc/self/environ", join(files, "environ"));
    symlinkSync(join(outside, "new"), join(files, "dangling"));
    symlinkSync("loop", join(files, "loop"));
    execFileSync("mkfifo", [join(files, "pipe")]);
    linkSync(socket, join(files, "socket"));
    // Only root can make one; where we are not, no bot is either.
    if (process.getuid?.() === 0) execFileSync("mknod", [join(files, "device"), "c", "1", "5"]);
    pristine = seen(files);
  }

  const socket = join(panel.home, "socket");
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(socket, resolve));
  plant();

  function expectUntouched(said: string): void {
    expect(said).not.toContain(secret);
    expect(said).not.toContain(hidden);
    expect(said).not.toMatch(/root:[^:]*:0:0/);
    expect(around.map(seen)).toEqual(before);
    expect(existsSync(join(panel.home, "bots", "secret"))).toBe(false);
  }

  return {
    panel,
    owner,
    botId,
    files,
    outside,
    plant,
    expectUntouched,
    async tryAll(client, threat, expected) {
      const path = threat.path.replace("{bot}", botId);
      const all = Object.entries(client);
      if (expected === "inside") {
        for (const [, act] of all) {
          plant();
          expectUntouched((await act(path)).said);
        }
        return;
      }
      plant();
      for (let from = 0; from < all.length; from += AT_ONCE) {
        const some = all.slice(from, from + AT_ONCE);
        const said = await Promise.all(some.map(async ([what, act]) => ({ what, ...(await act(path)) })));
        for (const one of said) {
          expect([one.what, one.done, one.said.slice(0, 300)]).toEqual([one.what, false, expect.anything()]);
          // Who is only told to wait was refused nothing.
          expect([one.what, one.said]).toEqual([one.what, expect.not.stringMatching(/too_many_tries|transfer_busy/)]);
        }
        const what = some.map(([name]) => name);
        expect([what, seen(files)]).toEqual([what, pristine]);
        expectUntouched(said.map((one) => one.said).join("\n"));
      }
    },
    async close() {
      listening.close();
      await panel.close();
    },
  };
}

/** All that lies at a path, and what it is. */
function seen(path: string): unknown {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  const { mode, uid, size } = stat;
  if (stat.isFile()) return [mode, uid, size, readFileSync(path, "latin1")];
  if (!stat.isDirectory()) return [mode, uid];
  return readdirSync(path)
    .sort()
    .map((name) => [name, seen(join(path, name))]);
}
