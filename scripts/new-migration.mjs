/*
 * npm run db:migration -- <name>: writes prisma/migrations/<time>_<name>/migration.sql from what changed in schema.prisma
 * since the last migration. migrations/schema.prisma is the schema as the migrations leave it; a test compares the two.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps/root.mjs";
import { schemaDiff } from "./steps/schema-diff.mjs";

const [name = ""] = process.argv.slice(2);
if (!/^[a-z][a-z0-9_]{1,60}$/.test(name)) {
  console.error("Give the migration a name of small letters, digits and _: npm run db:migration -- add_schedules");
  process.exit(2);
}

const migrations = join(root, "prisma/migrations");
const reached = join(migrations, "schema.prisma");
const wanted = readFileSync(join(root, "prisma/schema.prisma"), "utf8");
const sql = await schemaDiff(existsSync(reached) ? readFileSync(reached, "utf8") : null, wanted);

if (sql.trim() === "" || sql.startsWith("-- This is an empty migration")) {
  writeFileSync(reached, wanted);
  console.log("The migrations already lead to prisma/schema.prisma; nothing written.");
} else {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = join(migrations, `${time}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "migration.sql"), sql);
  writeFileSync(join(migrations, "migration_lock.toml"), 'provider = "postgresql"\n');
  writeFileSync(reached, wanted);
  console.log(`Wrote prisma/migrations/${time}_${name}/migration.sql. Read it before you commit it.`);
}
