import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { homePaths } from "#contracts/home";
import { alive, until } from "./alive";
import { bareEnv } from "./bare-env";
import { endMarked, liveBots, markedProcesses } from "./bots";

let home: string;
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-bots-"));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

async function spawnMarked(marker: string, script: string): Promise<number> {
  const child = spawn("/bin/sh", ["-c", script], {
    env: bareEnv({ PATH: "/usr/bin:/bin", BOTYARD_BOT: marker }),
    detached: true,
  });
  children.push(child);
  await new Promise((resolve) => child.once("spawn", resolve));
  return child.pid ?? 0;
}

test.runIf(process.platform === "linux")(
  "bots are found by their marker and their run in this home, and ended with all they forked",
  async () => {
    const paths = homePaths(home);
    mkdirSync(join(paths.bots, "abcdefghij/runs/3"), { recursive: true });
    const stubborn = await spawnMarked(
      "abcdefghij:3",
      "trap '' TERM; (trap '' TERM; setsid sleep 100) & while :; do sleep 1; done",
    );
    const elsewhere = await spawnMarked("zzzzzzzzzz:1", "sleep 100");
    const olderRun = await spawnMarked("abcdefghij:2", "sleep 100");
    const found = () => markedProcesses(paths);
    expect(await until(() => found().length >= 3, 60_000), "shell, its sleep, the session of its own").toBe(true);
    expect(found().map(({ pid }) => pid)).toContain(stubborn);
    await endMarked(paths, 200);
    expect(found()).toEqual([]);
    expect(alive(stubborn)).toBe(false);
    expect([elsewhere, olderRun].map(alive)).toEqual([true, true]);
  },
);

test("without a worker it is not known what runs", async () => {
  expect(await liveBots(homePaths(home))).toBeUndefined();
});
