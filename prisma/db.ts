import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { AppError } from "#contracts/errors";
import { homePaths } from "#contracts/home";
import { Prisma, PrismaClient } from "./generated/client";

/** The panel's Prisma client; a transaction of it is a `Transaction`. */
export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;
export { Prisma };

declare global {
  // Kept across the reloads of `next dev`, each of which would otherwise leave a pool of connections behind.
  var botyardDatabase: { url: string; readAt: number; client: Database } | undefined;
}

/**
 * Opens a client on a database address. Nothing is connected before the first question, so a database that is not up
 * yet is found out then (see `asAppError`). Ends with `$disconnect()`.
 */
export function openDatabase(url: string): Database {
  const adapter = new PrismaPg({ connectionString: url, max: 10, connectionTimeoutMillis: 3_000, keepAlive: true });
  // A transaction may hold a question to the worker, hence the length.
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
}

/**
 * The client of this program, made at the first ask and made anew when the address changed: the launcher may give its
 * Postgres another port at each start. AppError database_away while no address is known.
 */
export function database(): Database {
  const now = Date.now();
  const open = globalThis.botyardDatabase;
  if (open && now - open.readAt < REREAD_MS) return open.client;
  const url = readDatabaseUrl();
  if (open?.url === url) {
    open.readAt = now;
    return open.client;
  }
  void open?.client.$disconnect().catch(() => {});
  const client = openDatabase(url);
  globalThis.botyardDatabase = { url, readAt: now, client };
  return client;
}

/** How often the address is looked at, ms. */
const REREAD_MS = 1_000;

/** Where the database is: DATABASE_URL, or what the launcher wrote under BOTYARD_HOME. AppError database_away when neither says. */
export function readDatabaseUrl(env: NodeJS.ProcessEnv = process.env): string {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  try {
    const home = resolve(/* turbopackIgnore: true */ env.BOTYARD_HOME || "data");
    const url = readFileSync(/* turbopackIgnore: true */ homePaths(home).databaseUrl, "utf8").trim();
    if (url) return url;
  } catch {}
  throw new AppError("database_away");
}

// https://www.prisma.io/docs/orm/reference/error-reference: not reachable, timed out, refused, connection closed, pool
// exhausted, transaction not started or closed. The rest are names of Node and of Postgres for the same.
const away =
  /^(P1000|P1001|P1002|P1003|P1008|P1010|P1011|P1017|P2024|P2028|P2037|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0\d|08\d\d\d|53300|28\w\w\w|3D000)$/;
const awayKinds = [
  "DatabaseNotReachable",
  "ConnectionClosed",
  "TooManyConnections",
  "SocketTimeout",
  "TlsConnectionError",
];

/** Whether an error means that the database does not answer, rather than that a question was wrong. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 4) return false;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  const field = (name: string): unknown => (name in error ? Reflect.get(error, name) : undefined);
  for (const code of [field("code"), field("originalCode")])
    if (typeof code === "string" && away.test(code)) return true;
  // A Unix socket that is not there, as Node says it or as Prisma passes it on; any other ENOENT is about a file.
  const passedOn = error instanceof Prisma.PrismaClientKnownRequestError;
  if (field("code") === "ENOENT" && (passedOn || field("syscall") === "connect")) return true;
  const kind = field("kind");
  if (typeof kind === "string" && awayKinds.includes(kind)) return true;
  const message = field("message");
  // node-postgres gives these two no code.
  if (typeof message === "string" && /Connection terminated|timeout exceeded when trying to connect/.test(message))
    return true;
  return (
    isDatabaseAway(field("cause"), depth + 1) ||
    isDatabaseAway(field("meta"), depth + 1) ||
    isDatabaseAway(field("driverAdapterError"), depth + 1)
  );
}

/** Whether a unique index refused a row. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";

/** Whether a text was to be stored that Postgres stores in no text and no JSON: one with a NUL. */
export const isUnstorable = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && /\b(22021|22P05)\b/.test(error.message);
