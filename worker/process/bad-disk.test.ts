import { execFileSync } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { carriers } from "../testing/carriers";
import { bot, createStage, type Stage } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

describe("a disk that takes nothing", () => {
  /** A file system of our own, or why there is none. */
  function mounted(options: string): string | undefined {
    try {
      const dir = `${stage.home}/disk`;
      execFileSync("/bin/mkdir", [dir]);
      execFileSync("/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", dir], { stdio: "ignore" });
      return dir;
    } catch {
      return undefined;
    }
  }
  const unmount = (dir: string) => execFileSync("/bin/umount", ["-l", dir]);
  const remount = (dir: string, how: string) => execFileSync("/bin/mount", ["-o", `remount,${how}`, dir]);
  const fill = (dir: string, left: number) => {
    execFileSync("/bin/sh", ["-c", 'cat /dev/zero >"$1" 2>/dev/null; :', "sh", `${dir}/ballast`]);
    if (left > 0) execFileSync("/usr/bin/truncate", ["-s", `-${left}`, `${dir}/ballast`]);
  };

  test("read-only, full, or filled up in the middle of it: the launch says so, soon, and leaves nothing", async ({
    skip,
  }) => {
    const dir = mounted("size=1m");
    if (!dir) return skip("no file system can be mounted here");
    try {
      const at = (run: number) => ({ ...stage.spec(bot("polite.mjs"), run), runDir: `${dir}/${run}` });
      const full = { code: "disk_unwritable" };
      // Nothing, then enough for the one record and not for the other.
      for (const [n, left] of [0, 4_096].entries()) {
        fill(dir, left);
        await expect(stage.processes.launch(at(n + 1))).rejects.toMatchObject(full);
        expect(carriers(stage.botId)).toEqual([]);
      }
      await rm(`${dir}/ballast`);
      remount(dir, "ro");
      await expect(stage.processes.launch(at(3))).rejects.toMatchObject(full);
      remount(dir, "rw");
      await mkdir(`${dir}/4`);
      const live = await stage.processes.launch(at(4));
      remount(dir, "rw");
      fill(dir, 0);
      process.kill(live.pid, "SIGTERM");
      expect(await live.exited).toMatchObject({ at: expect.any(Number) });
      await live.killTree();
    } finally {
      unmount(dir);
    }
    expect(carriers(stage.botId)).toEqual([]);
  });

  test("read-only while the bot runs: it is adopted, and its end is seen, if not recorded", async ({ skip }) => {
    const live = await stage.processes.launch(stage.spec(["/bin/sleep", "600"]));
    const dir = `${stage.runsDir}/1`;
    const immutable = (how: string) => execFileSync("/usr/bin/chattr", [how, dir, `${dir}/exit`], { stdio: "ignore" });
    try {
      immutable("+i");
    } catch {
      return skip("no folder can be made immutable here");
    }
    try {
      stage.nextWorker();
      const adopted = await stage.alive();
      expect(adopted.pid).toBe(live.pid);
      adopted.signal("SIGTERM");
      expect(await adopted.exited).toMatchObject({ code: null, recorded: false });
    } finally {
      immutable("-i");
    }
  });
});
