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
  // Not only of a new connection: so long may one be waited for while all of them are taken, by those who wait for the worker.
  const connectionTimeoutMillis = 10_000;
  const adapter = new PrismaPg({ connectionString: url, max: 10, connectionTimeoutMillis, keepAlive: true });
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
export const isDatabaseAway = (error: unknown): boolean =>
  somewhereIn(error, (one, codes) => codes.some((code) => away.test(code)) || saysAway(one));

/** Whether an error means that the database has no room left to write in. */
export const isDatabaseFull = (error: unknown): boolean => somewhereIn(error, (_one, codes) => codes.includes("53100"));

/** Whether a text was to be stored that Postgres stores in no text and no JSON: one with a NUL. */
export const isUnstorable = (error: unknown): boolean =>
  somewhereIn(
    error,
    (one, codes) =>
      codes.some((code) => unstorable.test(code)) ||
      (one instanceof Prisma.PrismaClientKnownRequestError && unstorable.test(one.message)),
  );
const unstorable = /\b(22021|22P05)\b/;

/** Whether something is so of an error or of one that it comes from. `codes`: its own, of Postgres, Prisma or Node. */
function somewhereIn(error: unknown, is: (one: object, codes: string[]) => boolean, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 4) return false;
  const [code, original, ...inner] = ["code", "originalCode", "cause", "meta", "driverAdapterError"].map(
    (name): unknown => Reflect.get(error, name),
  );
  const codes = [code, original].filter((one) => typeof one === "string");
  return is(error, codes) || inner.some((one) => somewhereIn(one, is, depth + 1));
}

function saysAway(error: object): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  const field = (name: string): unknown => Reflect.get(error, name);
  // A Unix socket that is not there, as Node says it or as Prisma passes it on; any other ENOENT is about a file.
  const passedOn = error instanceof Prisma.PrismaClientKnownRequestError;
  if (field("code") === "ENOENT" && (passedOn || field("syscall") === "connect")) return true;
  const kind = field("kind");
  if (typeof kind === "string" && awayKinds.includes(kind)) return true;
  const message = field("message");
  // node-postgres gives these two no code.
  return typeof message === "string" && /Connection terminated|timeout exceeded when trying to connect/.test(message);
}

/** Whether a unique index refused a row. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
