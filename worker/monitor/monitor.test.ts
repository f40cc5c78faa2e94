import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type BotSample, botSample } from "#contracts/bot";
import { hostSample } from "#contracts/host";
import type { Monitor } from "../ports/index";
import { fakeRun, fakeSupervisor, supervised } from "../testing/supervisor";
import { shareOf, sumCores, sumNet } from "./host";
import { openMonitor } from "./index";

const bot = "abcdefghij";
let children: ChildProcess[];
let monitor: Monitor;
let bots: ReturnType<typeof fakeSupervisor>;
const said: string[] = [];

beforeEach(() => {
  children = [];
  said.length = 0;
  bots = fakeSupervisor();
  monitor = openMonitor({
    supervisor: bots.supervisor,
    home: tmpdir(),
    everyMs: 100,
    say: (text) => void said.push(text),
  });
});
afterEach(async () => {
  await monitor.close();
  for (const child of children) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await gone;
  }
  expect(said).toEqual([]);
});

function child(code: string): number {
  const made = spawn(process.execPath, ["-e", code], { stdio: "ignore" });
  children.push(made);
  return made.pid ?? 0;
}

test("a running bot's whole tree is measured, and its samples go with its run", async () => {
  const busy = child("for (;;);");
  const large = child("globalThis.kept = Buffer.alloc(120 * 1024 * 1024, 1); setInterval(() => {}, 1000)");
  const heard: BotSample[] = [];
  monitor.onBot((_botId, sample) => void heard.push(botSample.parse(sample)));
  // One pid of the list is gone: the others count all the same.
  bots.become(bot, supervised(), fakeRun(bot, 1, [busy, large, 2 ** 22 + 1]));
  await vi.waitFor(() => {
    // In any of them: between two others nobody else may have let it work.
    expect(Math.max(...heard.map(({ cpu }) => cpu))).toBeGreaterThan(20);
    expect(heard.at(-1)?.memory).toBeGreaterThan(150 * 1024 * 1024);
  });
  expect(monitor.samples(bot)).toEqual(heard.slice(-60));
  bots.become(bot, supervised(), fakeRun(bot, 2, [large]));
  expect(monitor.samples(bot)).toEqual([]);
  await vi.waitFor(() => expect(monitor.samples(bot).length).toBeGreaterThan(0));
  bots.become(bot, supervised());
  expect(monitor.samples(bot)).toEqual([]);
});

test("the machine is measured", async () => {
  const heard: unknown[] = [];
  monitor.onHost((sample) => void heard.push(sample));
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(2));
  const sample = hostSample.parse(heard.at(-1));
  expect(sample.memoryTotal).toBeGreaterThan(sample.memoryUsed);
  expect(sample.diskTotal).toBeGreaterThan(sample.diskUsed);
  expect(sample.memoryUsed).toBeGreaterThan(0);
  expect(sample.cpu).toBeLessThanOrEqual(100);
  expect(monitor.host().at(-1)).toEqual(heard.at(-1));
});

test("the load of the cores is what was worked of the time between two readings", () => {
  const before = sumCores("cpu  100 20 30 800 50 5 5 0 70 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
  expect(before).toEqual({ busy: 160, all: 1_010 });
  expect(shareOf(before, sumCores("cpu  150 20 55 850 75 5 5 0 90 0\n"))).toBe(50);
  expect(shareOf(before, before)).toBe(0);
  expect(sumCores("")).toEqual({ busy: 0, all: 0 });
});

test("network bytes are read from every interface but loopback", () => {
  const text = `Inter-|   Receive  |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  999 1 0 0 0 0 0 0  999 1 0 0 0 0 0 0
  eth0: 1000 1 0 0 0 0 0 0  200 1 0 0 0 0 0 0
 wlan0:   50 1 0 0 0 0 0 0    7 1 0 0 0 0 0 0`;
  expect(sumNet(text)).toEqual({ in: 1_050, out: 207 });
  expect(sumNet("")).toEqual({ in: 0, out: 0 });
});
