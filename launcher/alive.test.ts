import { spawn } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { busy } from "./alive";

const run = (program: string) => {
  const child = spawn(process.execPath, ["-e", program]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid ?? 0;
};

test.runIf(process.platform === "linux")("who has something to do is told from who waits for something", async () => {
  const [works, waits] = [run("for (;;);"), run("setInterval(() => {}, 1e6)")];
  await expect.poll(() => [busy(works), busy(waits)]).toEqual([true, false]);
  expect(busy(0)).toBe(false);
});
