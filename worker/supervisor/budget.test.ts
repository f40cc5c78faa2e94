import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Budget, openBudget } from "./budget";
import { createFakeClock, type FakeClock } from "./fakes";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let folder: string;
let path: string;
let clock: FakeClock;
const said: string[] = [];
const opened: Budget[] = [];
async function open(): Promise<Budget> {
  await opened.at(-1)?.close();
  const budget = await openBudget(path, clock, (line) => said.push(line));
  opened.push(budget);
  return budget;
}

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/botyard-budget-`);
  path = `${folder}/budget.json`;
  clock = createFakeClock();
  said.length = 0;
});
afterEach(async () => {
  await opened.pop()?.close();
  await rm(folder, { recursive: true, force: true });
});

it("rolls over simulated days, never above 95 % by itself, and outlives the worker", async () => {
  let budget = await open();
  const starts: number[] = [];
  // A bot of ten shards that would crash every 10 minutes for five days, and a worker that dies every six hours.
  for (const end = clock.now() + 5 * DAY; clock.now() < end; clock.advance(600_000)) {
    if (clock.now() % (6 * HOUR) < 600_000) budget = await open();
    if (!budget.rule("token", 10, "worker").ok) continue;
    await budget.count("token", 10);
    starts.push(clock.now());
  }
  const inWindow = (to: number) => 10 * starts.filter((at) => at > to - DAY && at <= to).length;
  expect(Math.max(...starts.map(inWindow))).toBe(950);
  // It really comes back, day after day.
  expect(10 * starts.length).toBeGreaterThan(4 * 950);
});

it("says when there is room again, to the millisecond", async () => {
  const budget = await open();
  for (let n = 0; n < 950; n++) {
    if (n % 50 === 0) clock.advance(60_000);
    void budget.count("token", 1);
  }
  await budget.count("other", 1);
  const ruling = budget.rule("token", 60, "worker");
  if (ruling.ok) throw new Error("there should be no room");
  expect(ruling.used).toBe(950);
  clock.advance(ruling.until - clock.now() - 1);
  expect(budget.rule("token", 60, "worker").ok).toBe(false);
  clock.advance(1);
  expect(budget.rule("token", 60, "worker").ok).toBe(true);
});

it("counts shards, and lets a person go on to where 1,000 would be", async () => {
  const budget = await open();
  for (let n = 0; n < 59; n++) await budget.count("token", 16);
  expect(budget.used("token")).toBe(944);
  expect(budget.rule("token", 16, "worker").ok).toBe(false);
  expect(budget.rule("token", 16, "person").ok).toBe(true);
  expect(budget.rule("token", 57, "person").ok).toBe(false);
  expect(budget.rule("another", 16, "worker").ok).toBe(true);
});

it("forgets tokens whose day is over, also on disk", async () => {
  const budget = await open();
  await budget.count("old", 1);
  clock.advance(DAY + 1);
  await budget.count("new", 1);
  expect(Object.keys(JSON.parse(await readFile(path, "utf8")).tokens)).toEqual(["new"]);
  expect(budget.lastStart("old")).toBeUndefined();
});

it("survives a ledger of garbage and a clock that was set back", async () => {
  await writeFile(path, "{");
  const budget = await open();
  expect(said.length).toBe(1);
  await budget.count("token", 1);
  const earlier = createFakeClock(clock.now() - 30 * DAY);
  clock = earlier;
  const again = await open();
  expect(again.used("token")).toBe(1);
  earlier.advance(DAY + 1);
  expect(again.used("token")).toBe(0);
});

it("does not believe the clock about how long ago a start was", async () => {
  let budget = await open();
  await budget.count("token", 5);
  clock.set(40 * DAY);
  expect(budget.used("token")).toBe(5);
  budget = await open();
  expect(budget.used("token")).toBe(5);
  clock.set(-90 * DAY);
  budget = await open();
  expect(budget.used("token")).toBe(5);
  clock.advance(DAY);
  expect(budget.used("token")).toBe(0);
});

it("asks the clock over a reboot, by the time it was last set to", async () => {
  let budget = await open();
  await budget.count("token", 5);
  clock.advance(HOUR);
  clock.set(40 * DAY);
  clock.advance(60_000);
  await expect
    .poll(async () => JSON.parse(await readFile(path, "utf8")).tokens.token[0][0])
    .toBeGreaterThan(clock.now() - 2 * HOUR);
  clock.reboot(HOUR);
  budget = await open();
  expect(budget.used("token")).toBe(5);
  clock.advance(22 * HOUR);
  expect(budget.used("token")).toBe(0);
});

it("holds a part for who is to have it, and counts nothing that was not written", async () => {
  const budget = await open();
  for (let n = 0; n < 99; n++) void budget.count("token", 10);
  await budget.count("token", 4);
  const letGo = budget.hold("token", 5);
  expect(budget.rule("token", 1, "person").ok).toBe(false);
  letGo();
  expect(budget.rule("token", 5, "person").ok).toBe(true);
  await rm(folder, { recursive: true });
  await expect(budget.count("token", 5)).rejects.toThrow();
  expect(budget.used("token")).toBe(994);
});

it("uses the ledger before a garbled one", async () => {
  const budget = await open();
  await budget.count("token", 1);
  await budget.count("token", 1);
  await writeFile(path, "{ torn");
  expect((await open()).used("token")).toBe(1);
  expect(said).toEqual([expect.stringContaining("using the one before")]);
});
