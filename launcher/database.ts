import { createHmac } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";
import type { HomePaths } from "#contracts/home";
import { alive } from "./alive";
import type { Settings } from "./env";
import { readSecret, writeSecret } from "./home";
import { type Server, startServer } from "./postgres/server";
import { detailOf, Refusal } from "./refusal";

const NAME = "botyard";

/** The database to use: the person's own, which is not ours to watch or end, or the built-in one, started. */
export type OpenDatabase = { url: string; isUp(): boolean; stop(): Promise<void> };

/** Refusal postgres_* when the built-in one does not come up. */
export async function openDatabase(settings: Settings, paths: HomePaths): Promise<OpenDatabase> {
  if (settings.databaseUrl) return { url: settings.databaseUrl, isUp: () => true, stop: async () => {} };
  const password = readSecret(paths.databaseAdmin);
  const server = await startServer({
    folder: paths.postgres,
    gate: paths.home,
    log: join(paths.logs, "postgres.log"),
    password,
  });
  const url = await ownDatabase(server, password);
  writeSecret(paths.databaseUrl, url);
  return { url, isUp: () => alive(server.pid), stop: () => server.stop() };
}

// The panel signs in as an ordinary role: a hole in it must not be a superuser, who may run programs.
async function ownDatabase(server: Server, adminPassword: string): Promise<string> {
  const password = createHmac("sha256", adminPassword).update(NAME).digest("base64url");
  const client = new Client({
    connectionString: server.url({ user: "postgres", password: adminPassword, database: "postgres" }),
  });
  await client.connect();
  try {
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [NAME]);
    const verb = role.rowCount ? "ALTER" : "CREATE";
    await client.query(`${verb} ROLE ${NAME} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [NAME]);
    if (!found.rowCount) await client.query(`CREATE DATABASE ${NAME} OWNER ${NAME}`);
  } finally {
    await client.end();
  }
  return server.url({ user: NAME, password, database: NAME });
}

/** Refuses a DATABASE_URL that leads nowhere: database_unanswering. */
export async function assertAnswers(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
  } catch (error) {
    throw new Refusal("database_unanswering", { detail: detailOf(error) });
  } finally {
    await client.end().catch(() => {});
  }
}
