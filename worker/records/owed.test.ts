import { appendFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDebt } from "./owed";

let folder: string;
let path: string;
const said: string[] = [];
const open = () => openDebt(path, (line) => said.push(line));
const run = (botId: string, number: number, endedAt?: number) =>
  ({
    kind: "run",
    botId,
    run: { botId, run: number, startedAt: 5, cause: "person", ...(endedAt === undefined ? {} : { endedAt }) },
  }) as const;

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/botyard-owed-`);
  path = `${folder}/owed.jsonl`;
  said.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("outlives the worker and keeps the latest of each key", async () => {
  const debt = open();
  debt.owe(run("abcdefghij", 1));
  debt.owe({ kind: "desired", botId: "abcdefghij", desired: "up", at: 1 });
  debt.owe(run("abcdefghij", 1, 9));
  debt.owe({ kind: "desired", botId: "abcdefghij", desired: "down", at: 2 });
  debt.owe(run("zzzzzzzzzz", 1));
  debt.owe({ kind: "forget", botId: "zzzzzzzzzz" });
  await appendFile(path, '{"kind":"run","botId":"abcde');
  expect(open().oldest(10)).toEqual([
    run("abcdefghij", 1, 9),
    { kind: "desired", botId: "abcdefghij", desired: "down", at: 2 },
  ]);
});

it("does not take a row for paid that changed while it was written", () => {
  const debt = open();
  debt.owe(run("abcdefghij", 1));
  const [row] = debt.oldest(1);
  if (!row) throw new Error("nothing is owed");
  debt.owe(run("abcdefghij", 1, 9));
  debt.paid(row);
  expect(debt.oldest(9)).toEqual([run("abcdefghij", 1, 9)]);
});

it("stays small while a bot changes its mind ten thousand times", async () => {
  const debt = open();
  for (let n = 0; n < 10_000; n++) debt.owe({ kind: "desired", botId: "abcdefghij", desired: "up", at: n });
  expect((await readFile(path, "utf8")).split("\n").length).toBeLessThan(1_100);
  for (const row of debt.oldest(9)) debt.paid(row);
  expect(await readFile(path, "utf8")).toBe("");
});

it("says that its file cannot be written, goes on, and writes all of it when it can again", async () => {
  const debt = openDebt(`${folder}/none/owed.jsonl`, (line) => said.push(line));
  debt.owe(run("abcdefghij", 1));
  expect(debt.size()).toBe(1);
  expect(said.length).toBe(1);
  await mkdir(`${folder}/none`);
  debt.owe(run("abcdefghij", 2));
  const next = openDebt(`${folder}/none/owed.jsonl`, (line) => said.push(line));
  expect(next.oldest(9)).toEqual([run("abcdefghij", 1), run("abcdefghij", 2)]);
  expect(said.length).toBe(1);
});
