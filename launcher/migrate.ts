import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { z } from "zod";
import { detailOf, Refusal } from "./refusal";

// Prisma's own number, so that `prisma migrate deploy` and we wait for each other.
const LOCK = 72707369;

// Prisma's own table, so that it agrees where its engine can run.
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

const row = z.object({ migration_name: z.string(), checksum: z.string() });

type Migration = { name: string; sql: string; checksum: string };

function read(folder: string): Migration[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .map((name) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * Brings a database up to the migrations of a folder, each in a transaction of its own; answers with the names of those
 * it applied. Refuses a migration that was changed after it had been applied, and a database that is ahead of the folder.
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(TABLE);
    const { rows } = await client.query(
      `SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    );
    const applied = new Map(
      z
        .array(row)
        .parse(rows)
        .map((one) => [one.migration_name, one.checksum]),
    );
    const known = read(folder);
    const stranger = [...applied.keys()].find((name) => !known.some((one) => one.name === name));
    if (stranger) throw new Refusal("migration_newer", { name: stranger });
    const changed = known.find((one) => applied.has(one.name) && applied.get(one.name) !== one.checksum);
    if (changed) throw new Refusal("migration_changed", { name: changed.name });
    const missing = known.filter((one) => !applied.has(one.name));
    for (const migration of missing) await apply(client, migration);
    return missing.map((one) => one.name);
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw new Refusal("migration_failed", { name, detail: detailOf(error) });
  }
}
