import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { endMarked } from "../systems/system";
import { beginning, cpuBetween, cpuOf, isAlive, MARK, marked, uniqueBytes } from "./processes";
import { until } from "./time";

const environment = (mark: string): NodeJS.ProcessEnv => Object.assign(Object.create(null), { [MARK]: mark });

test("processes are found by their mark, measured, and ended by it, whoever's children they became", async () => {
  const mark = `${process.pid}.test`;
  const burn = "sleep 600 & i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; wait";
  const child = spawn("/bin/sh", ["-c", burn], { env: environment(`${mark}:1`), stdio: "ignore" });
  const other = spawn("/bin/sleep", ["600"], { env: environment(`${mark}x:1`), stdio: "ignore" });
  await until("both", () => marked(`${mark}:`).length === 2);
  const found = marked(`${mark}:`);
  expect(found.map(({ comm }) => comm).sort()).toEqual(["sh", "sleep"]);
  expect(found[0]?.mark).toBe(`${mark}:1`);

  const pids = found.map(({ pid }) => pid);
  await until("it to have used the processor", () => cpuBetween(new Map(), cpuOf(pids)) > 0.01);
  expect(uniqueBytes(pids)).toBeGreaterThan(4_096);
  expect(beginning(pids[0] ?? 0)).toMatch(/^\d+$/);

  const gone = once(child, "close");
  await endMarked(`${mark}:`);
  await gone;
  expect(pids.filter(isAlive)).toEqual([]);
  expect(isAlive(other.pid ?? 0)).toBe(true);
  await endMarked(`${mark}x:`);
  await until("the other to be gone", () => marked(`${mark}x:`).length === 0);
});

test("who is new counts whole, who is gone not at all", () => {
  const before = new Map([
    [1, 1e9],
    [2, 5e9],
  ]);
  const after = new Map([
    [1, 3e9],
    [3, 4e9],
  ]);
  expect(cpuBetween(before, after)).toBe(6);
});
