import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { database, isTaken } from "#prisma/db";
import { actorOf } from "./actor";
import { secret } from "./secrets";

/*
 * A POST that carries an Idempotency-Key is done once: who asks again with the same key, because the answer got lost, is given the first
 * answer again. Only what succeeded is kept: what was refused did nothing, so that it may be tried again with the same key.
 *
 * An answer may hold a secret that is shown once (an API key). So it is kept encrypted with a key that is made of the panel's own secret
 * and of the Idempotency-Key, of which the database has only a hash: nobody but whoever asked can have it opened.
 */

/** How long an answer is kept, ms. */
export const KEPT_MS = 24 * 60 * 60_000;
/** After this, one that never answered was cut off with the panel, ms: longer than any operation takes. */
const CUT_OFF_MS = 5 * 60_000;
/** Answers kept for one person. */
const MOST = 10_000;

const asked = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** Answers a POST by `answer`, or as it was answered before. AppError idempotency_mismatch, idempotency_busy. */
export async function once(request: Request, answer: (request: Request) => Promise<Response>): Promise<Response> {
  const given = request.headers.get("idempotency-key");
  if (request.method !== "POST" || given === null) return answer(request);
  const key = asked.safeParse(given).data;
  if (key === undefined)
    throw new AppError("bad_input", { detail: "Idempotency-Key: 1 to 200 visible ASCII characters" });
  const actor = await actorOf(request.headers);
  // Nobody is signed in: whose answer would it be?
  if (!actor) return answer(request);
  const body = Buffer.from(await request.arrayBuffer().catch(brokenOff));
  const { pathname, search } = new URL(request.url);
  const owner = ownerOf(actor);
  const at = { owner, key: mac("key", owner, key) };
  const fingerprint = mac("asked", request.method, pathname + search, body.toString("base64"));
  const before = await claim(at, fingerprint);
  if (before) return replay(before, sealing(owner, key));
  const { url, method, headers, signal } = request;
  try {
    const made = await answer(new Request(url, { method, headers, signal, ...(body.length > 0 && { body }) }));
    if (!made.ok) return await release(at, made);
    const text = await made.text();
    const kept = { status: made.status, body: seal(sealing(owner, key), text) };
    await database().idempotentAnswer.update({ where: { owner_key: at }, data: kept });
    return new Response(text === "" ? null : text, { status: made.status, headers: made.headers });
  } catch (error) {
    await release(at);
    throw error;
  }
}

function brokenOff(error: unknown): never {
  throw error instanceof AppError ? error : new AppError("bad_input", { detail: en.server.bodyBrokenOff });
}

type At = { owner: string; key: string };

async function release<T>({ owner, key }: At, answer?: T): Promise<T> {
  await database().idempotentAnswer.deleteMany({ where: { owner, key, status: null } });
  return answer as T;
}

/** Takes the key; what was answered with it before, if that is so. Of two at once one takes it. */
async function claim(at: At, fingerprint: string): Promise<{ status: number; body: string } | null> {
  const db = database();
  const now = Date.now();
  const over = { createdAt: { lt: new Date(now - KEPT_MS) } };
  const cutOff = { status: null, createdAt: { lt: new Date(now - CUT_OFF_MS) } };
  await db.idempotentAnswer.deleteMany({ where: { ...at, OR: [over, cutOff] } });
  if ((await db.idempotentAnswer.count({ where: { owner: at.owner, NOT: over } })) >= MOST)
    throw new AppError("too_many_tries", { seconds: 3_600 });
  try {
    await db.idempotentAnswer.create({ data: { ...at, fingerprint } });
    return null;
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  const row = await db.idempotentAnswer.findUnique({ where: { owner_key: at } });
  if (row && row.fingerprint !== fingerprint) throw new AppError("idempotency_mismatch");
  // Gone again: the other one was refused just now.
  if (!row || row.status === null) throw new AppError("idempotency_busy");
  return { status: row.status, body: z.string().parse(row.body) };
}

function replay({ status, body }: { status: number; body: string }, key: Buffer): Response {
  const text = open(key, body);
  return new Response(text === "" ? null : text, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", "idempotency-replayed": "true" },
  });
}

const ownerOf = ({ keyId, userId, kind }: Actor): string =>
  keyId === undefined ? `${kind}:${userId ?? ""}` : `key:${keyId}`;

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
