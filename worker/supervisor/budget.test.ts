import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openBudget } from "./budget";
import { createFakeClock, type FakeClock } from "./fakes";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let folder: string;
let path: string;
let clock: FakeClock;
const said: string[] = [];
const open = () => openBudget(path, clock, (line) => said.push(line));

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/botyard-budget-`);
  path = `${folder}/budget.json`;
  clock = createFakeClock();
  said.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("rolls over simulated days, never above 95 % by itself, and outlives the worker", async () => {
  let budget = await open();
  const starts: number[] = [];
  // A bot of five shards that would crash every 400 seconds for five days, and a worker that dies every six hours.
  for (const end = clock.now() + 5 * DAY; clock.now() < end; clock.advance(400_000)) {
    if (clock.now() % (6 * HOUR) < 400_000) budget = await open();
    if (!budget.rule("token", 5, "worker").ok) continue;
    await budget.count("token", 5);
    starts.push(clock.now());
  }
  const inWindow = (to: number) => 5 * starts.filter((at) => at > to - DAY && at <= to).length;
  expect(Math.max(...starts.map(inWindow))).toBe(950);
  // It really comes back, day after day.
  expect(5 * starts.length).toBeGreaterThan(4 * 950);
}, 30_000);

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

it("counts shards, and lets a person go on to 1,000", async () => {
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
