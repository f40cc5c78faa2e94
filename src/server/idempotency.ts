import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database, isTaken } from "#prisma/db";
import { type At, actingFor } from "./acting";
import { actorOf } from "./actor";
import { inTurn } from "./in-turn";
import { isAlive, thisProcess } from "./process-mark";
import { secret } from "./secrets";
import { readWhole } from "./whole";

/*
 * A POST that carries an Idempotency-Key is done once: who asks again with the same key, because the answer got lost, is given the first
 * answer again. Only what succeeded is kept: what was refused did nothing, so that it may be tried again with the same key.
 *
 * A panel that dies in the midst leaves a key without an answer. Whether something was done for it stands in its row, written in the
 * transaction that did it (acting.ts): if nothing was, whoever asks again has it done now; else nobody does it a second time.
 *
 * An answer may hold a secret that is shown once (an API key). So it is kept encrypted with a key that is made of the panel's own secret
 * and of the Idempotency-Key, of which the database has only a hash: nobody but whoever asked can have it opened.
 */

/** How long an answer is kept, ms. */
export const KEPT_MS = 24 * 60 * 60_000;
/** Answers kept for one person. */
const MOST = 10_000;

const asked = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** Keys that this process is answering. */
const underWay = new Set<string>();
const nameOf = ({ owner, key }: At): string => `${owner} ${key}`;

/** Answers a POST by `answer`, or as it was answered before. AppError idempotency_mismatch, idempotency_busy, idempotency_lost. */
export async function once(request: Request, answer: (request: Request) => Promise<Response>): Promise<Response> {
  const given = request.headers.get("idempotency-key");
  if (request.method !== "POST" || given === null) return answer(request);
  const key = asked.safeParse(given).data;
  if (key === undefined)
    throw new AppError("bad_input", { detail: "Idempotency-Key: 1 to 200 visible ASCII characters" });
  const actor = await actorOf(request.headers);
  // Nobody is signed in: whose answer would it be?
  if (!actor) return answer(request);
  const { body, again } = await readWhole(request);
  const { pathname, search } = new URL(request.url);
  const owner = ownerOf(actor);
  const at = { owner, key: mac("key", owner, key) };
  const fingerprint = mac("asked", request.method, pathname + search, body.toString("base64"));
  // In turn, so that of several who find a key left behind one takes it.
  const before = await inTurn(nameOf(at), () => claim(at, fingerprint));
  if (before) return replay(before, sealing(owner, key));
  try {
    const made = await actingFor(at, () => answer(again));
    return made.ok ? await keep(at, made, sealing(owner, key)) : await release(at, made);
  } catch (error) {
    // What went wrong is what is told, also when the database is gone as well.
    await release(at, null).catch(() => {});
    throw error;
  } finally {
    underWay.delete(nameOf(at));
  }
}

async function keep(at: At, made: Response, key: Buffer): Promise<Response> {
  const text = await made.text();
  const data = { status: made.status, body: seal(key, text) };
  // It is done: whoever asked is to hear so, also when it cannot be kept for whoever asks again.
  await database()
    .idempotentAnswer.update({ where: { owner_key: at }, data })
    .catch((error: unknown) => console.error("an answer was not kept:", error));
  return new Response(text === "" ? null : text, { status: made.status, headers: made.headers });
}

/** Gives a key back that nothing was done for. */
async function release<T>(at: At, answer: T): Promise<T> {
  await database().idempotentAnswer.deleteMany({ where: { ...at, ...unused } });
  return answer;
}
const unused = { status: null, acted: false } as const;

/** Takes the key; what was answered with it before, if that is so. Of two at once one takes it. */
async function claim(at: At, fingerprint: string): Promise<{ status: number; body: string } | null> {
  const db = database();
  const over = { createdAt: { lt: new Date(Date.now() - KEPT_MS) } };
  await db.idempotentAnswer.deleteMany({ where: { ...at, ...over } });
  if ((await db.idempotentAnswer.count({ where: { owner: at.owner, NOT: over } })) >= MOST)
    throw new AppError("too_many_tries", { seconds: 3_600 });
  if (await take(at, fingerprint)) return null;
  const row = await db.idempotentAnswer.findUnique({ where: { owner_key: at } });
  if (row && row.fingerprint !== fingerprint) throw new AppError("idempotency_mismatch");
  // Gone again: the other one was refused just now.
  if (!row || (row.status === null && isUnderWay(at, row.process))) throw new AppError("idempotency_busy");
  if (row.status !== null) return { status: row.status, body: z.string().parse(row.body) };
  if (row.acted) throw new AppError("idempotency_lost");
  await db.idempotentAnswer.deleteMany({ where: { ...at, ...unused, process: row.process } });
  if (await take(at, fingerprint)) return null;
  throw new AppError("idempotency_busy");
}

const isUnderWay = (at: At, by: string): boolean => (by === thisProcess() ? underWay.has(nameOf(at)) : isAlive(by));

async function take(at: At, fingerprint: string): Promise<boolean> {
  const name = nameOf(at);
  if (underWay.has(name)) return false;
  underWay.add(name);
  try {
    await database().idempotentAnswer.create({ data: { ...at, fingerprint, process: thisProcess() } });
    return true;
  } catch (error) {
    underWay.delete(name);
    if (isTaken(error)) return false;
    throw error;
  }
}

function replay({ status, body }: { status: number; body: string }, key: Buffer): Response {
  const text = open(key, body);
  return new Response(text === "" ? null : text, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", "idempotency-replayed": "true" },
  });
}

/** Whoever looks at the panel as somebody is not given what was answered to them. */
const ownerOf = ({ keyId, userId, kind, viewer }: Actor): string =>
  keyId === undefined ? `${kind}:${userId ?? ""}${viewer ? `:${viewer.id}` : ""}` : `key:${keyId}`;

/** Parts are told apart by their length, so that no two lists of parts are one text. */
function mac(...parts: string[]): string {
  const hash = createHmac("sha256", secret("sealKey")).update("idempotency");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}
const sealing = (owner: string, key: string): Buffer => Buffer.from(mac("seal", owner, key), "hex");

function seal(key: Buffer, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

function open(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
}
