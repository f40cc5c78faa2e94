import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate } from "#launcher/migrate";
import { openDatabase } from "#prisma/db";
import { freshDatabase, type TestDatabase } from "./support/postgres";
import { root } from "./support/sources";

const original = join(root, "prisma/migrations");
let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), "by-migrations-"));
  cpSync(original, folder, { recursive: true });
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const addMigration = (name: string, sql: string) => {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "migration.sql"), sql);
};
const firstMigration = () => readdirSync(folder).find((name) => name.endsWith("_init")) ?? "";

test("every model of the schema can be written in a migrated database", async () => {
  const db = openDatabase(database.url);
  try {
    const at = new Date();
    const user = await db.user.create({ data: { name: "A", email: "a@b.c", passwordHash: "x", role: "admin" } });
    await db.setupLink.create({ data: { codeHash: "x", expiresAt: at } });
    await db.signInThrottle.create({ data: { key: "account:x", failures: 1, firstAt: at } });
    await db.apiKey.create({ data: { userId: user.id, name: "k", hash: "h" } });
    const node = await db.node.create({ data: { id: "n", name: "n", version: "1", lastSeenAt: at } });
    const bot = { id: "abcdefghij", nodeId: node.id, ownerId: user.id, name: "B", nameKey: "b", runtime: "node" };
    await db.bot.create({ data: { ...bot, entry: "index.js", source: {}, settings: {} } });
    await db.envVar.create({ data: { botId: bot.id, key: "K", secret: false, value: "v" } });
    await db.grant.create({ data: { botId: bot.id, userId: user.id, permissions: ["bot:view"] } });
    await db.auditEntry.create({ data: { actorKind: "person", actorName: "A", address: "::1", action: "bot.start" } });
    await db.botRuntime.create({ data: { botId: bot.id, desired: "up" } });
    await db.botRun.create({ data: { botId: bot.id, run: 1, cause: "person", startedAt: at } });
    const whole = await db.bot.findUniqueOrThrow({
      where: { id: bot.id },
      include: { env: true, runs: true, state: true },
    });
    expect(whole).toMatchObject({ name: "B", env: [{ key: "K" }], runs: [{ run: 1 }], state: { desired: "up" } });
  } finally {
    await db.$disconnect();
  }
});

test("the migrations lead to schema.prisma: else npm run db:migration was forgotten", () => {
  const text = (path: string) => readFileSync(join(root, path), "utf8");
  expect(text("prisma/migrations/schema.prisma")).toBe(text("prisma/schema.prisma"));
});

test("a second run applies nothing, a new migration is applied once, by one of two at the same time", async () => {
  expect(await migrate(database.url, folder)).toEqual([]);
  addMigration("29990101000000_more", 'CREATE TABLE "More" (id int)');
  const both = await Promise.all([migrate(database.url, folder), migrate(database.url, folder)]);
  expect(both.flat()).toEqual(["29990101000000_more"]);
});

test("a migration that fails leaves nothing behind and is named", async () => {
  addMigration("29990101000000_broken", 'CREATE TABLE "Half" (id int); SELECT nonsense');
  await expect(migrate(database.url, folder)).rejects.toThrow(/29990101000000_broken failed.*nonsense/);
  expect(await tables()).not.toContain("Half");
});

test("a migration changed after it was applied is refused", async () => {
  addMigration(firstMigration(), "SELECT 1");
  await expect(migrate(database.url, folder)).rejects.toThrow(/was changed after it had been applied/);
});

test("a database that is ahead of the code is refused", async () => {
  rmSync(join(folder, firstMigration()), { recursive: true });
  await expect(migrate(database.url, folder)).rejects.toThrow(/which this Botyard does not know/);
});

async function tables(): Promise<string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'");
  await client.end();
  return rows.map((row: { name: string }) => row.name);
}
