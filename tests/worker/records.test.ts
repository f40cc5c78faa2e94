import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openDatabase } from "#prisma/db";
import { openRecords, type Records } from "#worker/records/index";
import { freshDatabase, startPostgres } from "../support/postgres";

/* The copy to Postgres, with a real one that is there, comes later, or goes away. */

const BOT = "abcdefghij";
const patience = { interval: 50 };
const nowhere = "postgres://nobody@127.0.0.1:1/none";
const run = { botId: BOT, run: 1, startedAt: 5_000, cause: "person" } as const;
const ended = {
  ...run,
  endedAt: 9_000,
  exit: { code: 7, signal: null, at: 9_000, reason: { code: "exited" as const, values: { code: 7 } } },
};

let folder: string;
let open: Records[];
let healed: string[];

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/by-records-`);
  open = [];
  healed = [];
});
afterEach(async () => {
  await Promise.all(open.map((records) => records.close()));
  await rm(folder, { recursive: true, force: true });
});

function start(url: () => string): Records {
  const records = openRecords({
    url,
    owedFile: `${folder}/owed.jsonl`,
    node: { id: "node1", name: "here", version: "1.2.3" },
    heal: async (definition) => healed.push(`${definition.id}@${definition.revision}`),
    say() {},
  });
  open.push(records);
  return records;
}

async function addBot(url: string) {
  const database = openDatabase(url);
  const owner = { create: { name: "Ada", email: "ada@example.org", passwordHash: "-", role: "admin" as const } };
  const node = { connect: { id: "node1" } };
  const text = { name: "Tester", nameKey: "tester", runtime: "node", entry: "index.js" };
  const source = { kind: "upload", names: [] };
  await database.bot.create({ data: { id: BOT, node, owner, ...text, source, settings: {}, revision: 4 } });
  return database;
}

it("keeps what it owes over its own death, and pays when the database comes", async () => {
  const { url, close } = await freshDatabase();
  const early = start(() => url);
  await vi.waitFor(() => expect(early.database()).toBe(true), patience);
  await early.close();
  const database = await addBot(url);

  const away = start(() => nowhere);
  away.desired(BOT, "up", 1);
  away.run(run);
  // A bot that the database does not know: its row is dropped and holds up nobody.
  away.run({ ...run, botId: "nobodynobo" });
  away.run(ended);
  expect(away.database()).toBe(false);
  await away.close();

  let address = nowhere;
  const records = start(() => address);
  address = url;
  await vi.waitFor(async () => {
    expect(await database.botRun.findMany()).toMatchObject([
      { botId: BOT, run: 1, cause: "person", exitCode: 7, signal: null, reason: { code: "exited" } },
    ]);
  }, patience);
  expect(await database.botRuntime.findMany()).toMatchObject([{ botId: BOT, desired: "up" }]);
  expect(healed).toEqual([`${BOT}@4`]);
  expect(await database.node.findMany()).toMatchObject([{ id: "node1", name: "here", version: "1.2.3" }]);

  records.desired(BOT, "down", 2);
  await vi.waitFor(
    async () => expect(await database.botRuntime.findMany()).toMatchObject([{ desired: "down" }]),
    patience,
  );
  await records.close();
  await database.$disconnect();
  await close();
});

it("lives through the database going away, and ends without waiting for it", async () => {
  const own = await startPostgres();
  try {
    let asked = 0;
    const records = start(() => {
      asked += 1;
      return own.url;
    });
    await vi.waitFor(() => expect(records.database()).toBe(true), patience);
    await own.server.stop();
    records.run(run);
    await vi.waitFor(() => expect(records.database()).toBe(false), patience);
    const before = asked;
    await records.close();
    expect(asked).toBe(before);
  } finally {
    await own.close();
  }
});

it("does not hurry where nobody knows the database's address", async () => {
  let asked = 0;
  const records = start(() => {
    asked += 1;
    throw new Error("no address");
  });
  records.desired(BOT, "up", 1);
  await vi.waitFor(() => expect(asked).toBe(2), patience);
  expect(records.database()).toBe(false);
});
