import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { placeOf } from "#contracts/place";
import { openTestPanel, type TestPanel } from "./testing/panel";
import { countSetup, countSignIn, rules } from "./throttle";

let panel: TestPanel;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

/** How long a try must wait, s; 0: it may be made. */
const wait = (email: string, address: string): Promise<number> =>
  countSignIn(email, address).then(
    () => 0,
    (error: unknown) => (error instanceof AppError ? Number(error.values.seconds) : -1),
  );
const age = (ms: number) =>
  panel.db
    .$executeRaw`UPDATE "SignInThrottle" SET "firstAt" = "firstAt" - ${ms}::int * interval '1 ms', "blockedUntil" = "blockedUntil" - ${ms}::int * interval '1 ms'`;

test("the pause after five tries doubles, and ends", async () => {
  for (let at = 0; at < rules.pair.tries; at += 1) expect(await wait("a@x", "192.0.2.1")).toBe(0);
  expect(await wait("a@x", "192.0.2.1")).toBeGreaterThan(25);
  expect(await wait("a@x", "192.0.2.1")).toBeLessThanOrEqual(30);
  await age(30_000);
  expect(await wait("a@x", "192.0.2.1")).toBe(0);
  expect(await wait("a@x", "192.0.2.1")).toBeGreaterThan(55);
  await age(rules.pair.forgetMs);
  for (let at = 0; at < rules.pair.tries; at += 1) expect(await wait("a@x", "192.0.2.1")).toBe(0);
});

test("one address that tries many accounts waits, others do not", async () => {
  const waits = await Promise.all(Array.from({ length: 60 }, (_, at) => wait(`p${at}@x`, "192.0.2.1")));
  expect(waits.filter((seconds) => seconds === 0)).toHaveLength(rules.address.tries);
  expect(await wait("p1@x", "192.0.2.2")).toBe(0);
  expect(await wait("q@x", "2001:db8:1:2:3::4")).toBe(0);
});

test("an account under attack from many addresses stays open to its owner", async () => {
  for (let at = 0; at < rules.account.tries + 5; at += 1) await wait("a@x", `198.51.100.${at}`);
  // Each address has one try left at it …
  expect(await wait("a@x", "203.0.113.1")).toBe(0);
  expect(await wait("a@x", "203.0.113.1")).toBeGreaterThan(800);
  // … and the owner's, with the right password, takes itself back.
  for (let at = 0; at < 4; at += 1) {
    const succeeded = await countSignIn("a@x", "203.0.113.2");
    await succeeded();
  }
  expect(await wait("b@x", "203.0.113.1")).toBe(0);
});

test("a success takes back its own try, not those of others from there", async () => {
  for (let at = 0; at < 29; at += 1) await wait(`p${at}@x`, "192.0.2.1");
  const succeeded = await countSignIn("own@x", "192.0.2.1");
  await succeeded();
  expect(await wait("p98@x", "192.0.2.1")).toBe(0);
  expect(await wait("p99@x", "192.0.2.1")).toBeGreaterThan(0);
});

test("the setup link is throttled too", async () => {
  const tries = await Promise.allSettled(Array.from({ length: 15 }, () => countSetup("192.0.2.1")));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(rules.setup.tries);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (address, place) => expect(placeOf(address)).toBe(place));

test("one address alone does not put an account under attack, however long it tries on", async () => {
  for (let at = 0; at < 3; at += 1) {
    for (let tries = 0; tries < 30; tries += 1) await wait("a@x", "192.0.2.1");
    await age(rules.address.forgetMs);
  }
  const owner = () => wait("a@x", "203.0.113.9");
  expect([await owner(), await owner()]).toEqual([0, 0]);
});
