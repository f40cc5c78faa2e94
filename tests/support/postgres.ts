import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { inject } from "vitest";
import { until } from "#launcher/alive";
import { migrate } from "#launcher/migrate";
import { type Server, startServer } from "#launcher/postgres/server";
import { root } from "./sources";

/*
 * Real Postgres for tests. `freshDatabase` is what most want: an empty, migrated database of one's own inside one server
 * that all test files of a run share; the first who asks starts it, postgres-setup.ts ends it. `startPostgres` is a server
 * of one's own, for tests that take the database away.
 */

/** One migrated database; `close` ends what was opened for it. */
export type TestDatabase = { url: string; close: () => Promise<void> };

const TEMPLATE = "botyard_template";

/** A migrated, empty database in the server of this test run. */
export async function freshDatabase(): Promise<TestDatabase> {
  const admin = await sharedServer(inject("postgresFolder"));
  const name = `t_${randomBytes(6).toString("hex")}`;
  await ask(admin, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return {
    url: admin.replace("/postgres?", `/${name}?`),
    close: () => ask(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A server of one's own with one migrated database. `close` also removes its folder. */
export async function startPostgres(): Promise<TestDatabase & { server: Server }> {
  const folder = await mkdtemp(join(tmpdir(), "bypg-"));
  const server = await serve(folder);
  await migrate(adminUrl(server), join(root, "prisma/migrations"));
  return {
    server,
    url: adminUrl(server),
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// A folder can be made only once, so whoever makes it starts the server; the others wait for what it writes.
async function sharedServer(folder: string): Promise<string> {
  const address = join(folder, "address");
  try {
    await mkdir(join(folder, "starting"));
  } catch {
    let url = "";
    const found = await until(async () => {
      url = await readFile(address, "utf8").catch(() => "");
      return url.endsWith("\n");
    }, 60_000);
    if (!found) throw new Error("The Postgres of this test run did not come up.");
    return url.trim();
  }
  const admin = adminUrl(await serve(folder));
  await ask(admin, `CREATE DATABASE ${TEMPLATE}`);
  await migrate(admin.replace("/postgres?", `/${TEMPLATE}?`), join(root, "prisma/migrations"));
  await writeFile(address, `${admin}\n`);
  return admin;
}

async function serve(folder: string): Promise<Server> {
  await chmod(folder, 0o711);
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "100" };
  return startServer({
    folder: join(folder, "p"),
    gate: folder,
    log: join(folder, "log"),
    password: "only for tests",
    settings,
  });
}

const adminUrl = (server: Server): string =>
  server.url({ user: "postgres", password: "only for tests", database: "postgres" });

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
