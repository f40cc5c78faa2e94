import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogLine } from "#contracts/log";
import type { Logs, Secrets } from "../ports/index";
import { openLogs } from "./index";
import { MASK } from "./mask";

const bot = "abcdefghij";
let home: string;
let logs: Logs;
let secrets: Secrets | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-masks-"));
  secrets = { revision: 1, values: () => ["hunter2hunter2"] };
  logs = openLogs({ botsDir: home, secretsOf: () => secrets });
});
afterEach(async () => {
  await logs.close();
  rmSync(home, { recursive: true, force: true });
});

function write(text: string, name = "out.log") {
  const dir = join(home, bot, "runs", "1");
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "run.json"), JSON.stringify({ botId: bot, run: 1, startedAt: 1_000, cause: "person" }));
  appendFileSync(join(dir, name), text);
}
const texts = async (source: "console" | "install" = "console") =>
  (await logs.read(bot, { source, limit: 500 })).lines.filter((line) => !line.mark).map((line) => line.text);

test("however a line is read, its secrets are masked and its place is that of the file", async () => {
  const lines: LogLine[] = [];
  logs.follow(bot, "console", { run: 0, offset: 0 }, (more) => lines.push(...more.filter((line) => !line.mark)));
  write("key hunter2hunter2 in\n");
  write("plain\n");
  await vi.waitFor(() => expect(lines.map(({ text }) => text)).toEqual([`key ${MASK} in`, "plain"]));
  expect(lines[1]).toMatchObject({ offset: 22, next: 28 });
  expect(await texts()).toEqual([`key ${MASK} in`, "plain"]);
  expect(await logs.tail(bot, 1, "console", 2)).toEqual([`key ${MASK} in`, "plain"]);
  write("npm error hunter2hunter2\n", "install.log");
  expect(await texts("install")).toEqual([`npm error ${MASK}`]);
  expect(logs.mask(bot, "hunter2hunter2")).toBe(MASK);
});

test("a line that is cut in the middle of a secret shows none of it", async () => {
  for (const before of [16_384, 16_383, 16_380, 16_372, 16_371, 16_370])
    write(`${"x".repeat(before)}hunter2hunter2 and more\n`);
  const shown = await texts();
  expect(shown.map((text) => text.replace(/^x+/, ""))).toEqual(["", MASK, MASK, MASK, MASK, MASK]);
});

test("a changed secret is masked from the next line on", async () => {
  write("hunter2hunter2 other-secret\n");
  expect(await texts()).toEqual([`${MASK} other-secret`]);
  secrets = { revision: 2, values: () => ["other-secret"] };
  expect(await texts()).toEqual([`hunter2hunter2 ${MASK}`]);
});

test("secrets are opened when a line is wanted, once a revision", async () => {
  const values = vi.fn(() => ["hunter2hunter2"]);
  secrets = { revision: 3, values };
  expect(await texts()).toEqual([]);
  expect(values).toHaveBeenCalledTimes(0);
  write("hunter2hunter2\n");
  await texts();
  await texts();
  expect(values).toHaveBeenCalledTimes(1);
});
