import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it, vi } from "vitest";
import { groupPids, killGroup } from "./groups";

const roots = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup", "/sys/fs/cgroup/pids"].filter((root) => {
  try {
    mkdirSync(`${root}/by-test-${process.pid}-probe`);
    rmdirSync(`${root}/by-test-${process.pid}-probe`);
    return existsSync(`${root}/cgroup.procs`);
  } catch {
    return false;
  }
});

it.each(roots)("knows who is in a group of %s, and kills them where the kernel can", async (root) => {
  const group = `${root}/by-test-${process.pid}`;
  mkdirSync(group);
  const child = spawn("sleep", ["300"], { stdio: "ignore" });
  const gone = new Promise((settle) => child.once("exit", (_, signal) => settle(signal)));
  try {
    expect(groupPids([group])).toEqual([]);
    writeFileSync(`${group}/cgroup.procs`, String(child.pid));
    expect(groupPids([group, group])).toEqual([child.pid]);
    if (!killGroup(group)) {
      expect(existsSync(`${group}/cgroup.kill`)).toBe(false);
      child.kill("SIGKILL");
    }
    expect(await gone).toBe("SIGKILL");
    await vi.waitFor(() => expect(groupPids([group])).toEqual([]));
  } finally {
    child.kill("SIGKILL");
    await gone;
    await vi.waitFor(() => rmdirSync(group));
  }
});

it("takes a folder that is no group for an empty one, and writes nothing into it", () => {
  const folder = mkdtempSync(`${tmpdir()}/by-group-`);
  expect(killGroup(folder)).toBe(false);
  expect(killGroup(`${folder}/none`)).toBe(false);
  expect(groupPids([folder, `${folder}/none`])).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
