import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { firstUsers, openUsers } from "./users";

let dir: string;
const bot = (n: number) => `bot${String(n).padStart(7, "0")}`;
const open = (first = 50_000) => openUsers({ file: `${dir}/users.json`, botsDir: `${dir}/bots`, first });

beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/by-users-`);
  mkdirSync(`${dir}/bots`);
});
afterEach(() => rmSync(dir, { recursive: true }));

it("gives each bot a number of its own, the same for ever, also when many ask at once", async () => {
  const users = open();
  const asked = await Promise.all(Array.from({ length: 60 }, (_, n) => users.of(bot(n % 30))));
  expect(new Set(asked).size).toBe(30);
  expect(asked.slice(30)).toEqual(asked.slice(0, 30));
  const next = open();
  expect(await next.of(bot(7))).toBe(asked[7]);
  expect(asked).not.toContain(await next.of(bot(99)));
});

it("never goes back to numbers that were given, even where the range begins elsewhere now", async () => {
  expect(await open(60_000).of(bot(1))).toBe(60_000);
  const users = open(50_000);
  expect(await users.of(bot(1))).toBe(60_000);
  expect(await users.of(bot(2))).toBe(60_001);
});

it("starts anew from a file that is garbage, and mends it", async () => {
  writeFileSync(`${dir}/users.json`, "\0garbage");
  expect(await open().of(bot(1))).toBe(50_000);
  expect(JSON.parse(readFileSync(`${dir}/users.json`, "utf8"))).toEqual({ next: 50_001, users: { [bot(1)]: 50_000 } });
});

it("begins elsewhere for another home, within what numbers a user can have", () => {
  const [one = 0] = firstUsers("/srv/one");
  const [other = 0] = firstUsers("/srv/two");
  expect(one).not.toBe(other);
  for (const first of [one, other]) {
    expect(first).toBeGreaterThanOrEqual(1_900_000_000);
    expect(first + 10_000).toBeLessThan(2 ** 31);
  }
});
