import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homePaths } from "#contracts/home";

import { type Database, database } from "#prisma/db";
import { freshDatabase, startPostgres } from "../../../tests/support/postgres";
import { serveApi } from "../api";
import { sessionCookieWith } from "../auth";
import { hashKey, newToken } from "../key-use";
import { hashPassword } from "../passwords";
import { secret } from "../secrets";
import { startSession } from "../sessions";
import { type FakeWorker, openFakeWorker } from "./worker";

export const HOST = "panel.test";
export const PASSWORD = "correct horse battery";

/** Who asks in a test: the headers that say so. */
export type Asker = Record<string, string>;
export const nobody: Asker = {};

/** Somebody with an account, signed in. */
export type Person = { id: string; asker: Asker; email: string };

/** The web with a real database and a worker that does nothing, in a home of its own. */
export type TestPanel = {
  db: Database;
  worker: FakeWorker;
  home: string;
  /** Asks the API as a browser would, its own origin included. */
  ask(
    asker: Asker,
    method: string,
    path: string,
    body?: unknown,
    seen?: (answer: Response) => void,
  ): Promise<{ status: number; body: unknown; text: string }>;
  person(name: string, role?: "admin" | "user"): Promise<Person>;
  /** A bot's row and its copy in the worker. */
  bot(owner: { asker: Asker }, name: string): Promise<string>;
  stopDatabase(): Promise<void>;
  close(): Promise<void>;
};

/** `own`: a database server of its own, for a test that takes it away. */
export async function openTestPanel(server: "shared" | "own" = "shared"): Promise<TestPanel> {
  const home = mkdtempSync(join(tmpdir(), "by-web-"));
  const postgres = await (server === "own" ? startPostgres() : freshDatabase());
  process.env.BOTYARD_HOME = home;
  // A fake worker has no gateway, and another panel's is none of ours: at this port nobody listens.
  process.env.BOTYARD_GATEWAY_PORT ||= "9";
  process.env.DATABASE_URL = postgres.url;
  let isUp = true;
  const stopDatabase = async () => {
    if (isUp) await postgres.close();
    isUp = false;
  };
  const worker = await openFakeWorker(homePaths(home).workerSocket);
  const db = database();
  await db.node.create({ data: { id: "node1", name: "test", version: "0", lastSeenAt: new Date() } });

  const ask: TestPanel["ask"] = async (asker, method, path, body, seen) => {
    const headers = new Headers({ host: HOST, origin: `http://${HOST}`, "x-botyard-peer": "192.0.2.1", ...asker });
    if (headers.get("origin") === "") headers.delete("origin");
    const json = body !== undefined && !(body instanceof Blob);
    if (json) headers.set("content-type", "application/json");
    const answer = await serveApi(
      new Request(`http://${HOST}/api${path}`, { method, headers, body: json ? JSON.stringify(body) : body }),
    );
    seen?.(answer);
    const text = await answer.text();
    return {
      status: answer.status,
      body: answer.headers.get("content-type")?.includes("json") && text !== "" ? JSON.parse(text) : null,
      text,
    };
  };

  return {
    db,
    worker,
    home,
    ask,
    async person(name, role = "user") {
      const email = `${name}@example.com`;
      const user = await db.user.create({ data: { name, email, role, passwordHash: await hashPassword(PASSWORD) } });
      return { id: user.id, email, asker: await cookieOf(user.id, user.tokenVersion) };
    },
    async bot(owner, name) {
      const made = await ask(owner.asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
      const importId = idOf(made.body);
      const bot = await ask(owner.asker, "POST", "/v1/bots", { importId, name, runtime: "node", entry: "index.js" });
      return idOf(bot.body);
    },
    stopDatabase,
    async close() {
      await worker.close();
      await db.$disconnect();
      await stopDatabase();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The session cookie that a sign-in would have set. */
export async function cookieOf(userId: string, tokenVersion: number): Promise<Asker> {
  const begun = { userId, via: "password", tokenVersion, headers: new Headers() } as const;
  const [cookie = ""] = (await sessionCookieWith(await startSession(database(), begun))).split(";");
  return { cookie };
}

/** An API key of a person. */
export async function keyOf(db: Database, userId: string, expiresAt: Date): Promise<Asker> {
  const token = newToken();
  await db.apiKey.create({ data: { userId, name: "test", hash: hashKey(token), expiresAt } });
  return { authorization: `Bearer ${token}` };
}

export const localKey = (): Asker => ({ authorization: `Bearer ${secret("cliKey").toString("hex")}` });

/** Reads `id` of an answer; fails with the answer when it has none. */
export function idOf(body: unknown): string {
  const id = typeof body === "object" && body !== null && "id" in body ? body.id : undefined;
  if (typeof id !== "string") throw new Error(`no id in ${JSON.stringify(body)}`);
  return id;
}
