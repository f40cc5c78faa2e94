import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alive } from "../alive";
import { type Server, type ServerOptions, startServer, stopServer } from "./server";

let gate: string;
let options: ServerOptions;

const optionsIn = (folder: string): ServerOptions => ({
  folder: join(folder, "postgres"),
  gate: folder,
  log: join(folder, "postgres.log"),
  password: "a password",
  settings: { fsync: "off" },
});

beforeEach(() => {
  gate = mkdtempSync(join(tmpdir(), "by-pg-"));
  options = optionsIn(gate);
});
afterEach(async () => {
  await stopServer(options.folder);
  rmSync(gate, { recursive: true, force: true });
});

async function ask(server: Server, sql: string, password = options.password): Promise<unknown> {
  const client = new Client({ connectionString: server.url({ user: "postgres", password, database: "postgres" }) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("it is made once, found again while it runs, and keeps what was written", async () => {
  mkdirSync(join(options.folder, "new-broken-off"), { recursive: true });
  const first = await startServer(options);
  expect(existsSync(join(options.folder, "new-broken-off"))).toBe(false);
  await ask(first, "CREATE TABLE kept (id int)");
  const again = await startServer(options);
  expect(again.pid).toBe(first.pid);
  await again.stop();
  expect(alive(first.pid)).toBe(false);
  const later = await startServer(options);
  expect(later.pid).not.toBe(first.pid);
  expect(await ask(later, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 0 }]);
});

test("nobody gets in without the password, and it listens on no port", async () => {
  const server = await startServer(options);
  await expect(ask(server, "SELECT 1", "another")).rejects.toThrow(/password authentication failed/);
  expect(await ask(server, "SHOW listen_addresses")).toEqual([{ listen_addresses: "" }]);
});

test("where the path is too long for a socket it listens on loopback, with the password", async () => {
  const long = join(gate, "x".repeat(90));
  mkdirSync(long);
  chmodSync(gate, 0o711);
  options = optionsIn(long);
  const server = await startServer(options);
  expect(await ask(server, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  await expect(ask(server, "SELECT 1", "another")).rejects.toThrow(/password authentication failed/);
});

test("one that does not come up is told with its last words and where its log is", async () => {
  await (await startServer(options)).stop();
  appendFileSync(join(options.folder, "data/postgresql.conf"), "\nnonsense = 1\n");
  await expect(startServer(options)).rejects.toThrow(
    /Postgres did not come up: .*contains errors\. Its log is .*postgres\.log\./,
  );
});

test("a data folder of another version is refused", async () => {
  await (await startServer(options)).stop();
  rmSync(join(options.folder, "data/PG_VERSION"));
  appendFileSync(join(options.folder, "data/PG_VERSION"), "9\n");
  await expect(startServer(options)).rejects.toThrow(/was made by Postgres 9, and this Botyard brings 18/);
});
