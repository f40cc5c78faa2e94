import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { sessionView } from "#contracts/api/sign-in";
import { AppError } from "#contracts/errors";
import { database, type Transaction } from "#prisma/db";
import { assertAccount } from "./access";
import { accessChanged } from "./access-changed";
import { clientOf } from "./address";
import { audit } from "./audit";
import { nameBrowser } from "./browser-name";
import { hashCode, newCode } from "./codes";
import { noteSeen } from "./failure";

/*
 * Who is signed in, in which browser. The cookie carries a random code, the table its hash: who reads the table signs in nowhere, and a
 * cookie that was copied is worth nothing once its row is gone.
 */

const DAY_MS = 24 * 3_600_000;
/** How long a session lasts without use, and how long at most, ms. */
export const SESSION = { idleMs: 7 * DAY_MS, longestMs: 30 * DAY_MS } as const;
/** Where and when it was last seen is written at most this often, ms: it is for people, not for counting. */
const SEEN_EVERY_MS = 60_000;
const USER_AGENT_CHARS = 300;

/** By what somebody signed in. */
export type WayIn = z.infer<typeof sessionView>["via"];

/** What the cookie carries. `tokenVersion` is compared with the person's row, so that all their sessions can be ended at once. */
export type SessionCode = { code: string; tokenVersion: number };

/** Where a request comes from, as a session remembers it. */
const placeIn = (headers: Headers) => ({
  address: clientOf(headers).address,
  userAgent: (headers.get("user-agent") ?? "").slice(0, USER_AGENT_CHARS),
});

/** Whose session begins. `tokenVersion`: theirs when they showed who they are; raised since, the session opens nothing. */
type Begun = { userId: string; via: WayIn; tokenVersion: number; headers: Headers };

/** Begins a session of this person. Returns what their cookie is to carry. */
export async function startSession(
  db: Transaction,
  { userId, via, tokenVersion, headers }: Begun,
): Promise<SessionCode> {
  const code = newCode();
  const expiresAt = new Date(Date.now() + SESSION.idleMs);
  await db.session.create({ data: { id: hashCode(code), userId, via, ...placeIn(headers), expiresAt } });
  return { code, tokenVersion };
}

/** The session that a cookie's code belongs to, with its person; null when it is over. */
export async function sessionBehind({ code, tokenVersion }: SessionCode, headers: Headers) {
  const db = database();
  const row = await db.session.findUnique({ where: { id: hashCode(code) }, include: { user: true, viewsAs: true } });
  const now = Date.now();
  if (!row || row.expiresAt.getTime() <= now) return null;
  if (row.user.disabledAt || row.user.tokenVersion !== tokenVersion) return null;
  if (now - row.lastSeenAt.getTime() > SEEN_EVERY_MS) {
    const until = Math.min(now + SESSION.idleMs, row.createdAt.getTime() + SESSION.longestMs);
    const data = { ...placeIn(headers), lastSeenAt: new Date(now), expiresAt: new Date(until) };
    await noteSeen(db.session.updateMany({ where: { id: row.id }, data }));
  }
  return row;
}

/** Ends the session of a cookie and what it opened, unless it is over already. `remember`: as whose doing. */
export async function endSession(
  { code }: SessionCode,
  remember?: (db: Transaction, user: { id: string; name: string; role: Actor["role"] }) => Promise<void>,
): Promise<void> {
  const id = hashCode(code);
  const userId = await database().$transaction(async (db) => {
    const row = await db.session.findUnique({ where: { id }, include: { user: true } });
    const { count } = await db.session.deleteMany({ where: { id } });
    if (!row || count === 0) return null;
    await remember?.(db, row.user);
    return row.userId;
  });
  if (userId !== null) await accessChanged(userId, [id]);
}

/**
 * Gives everything that signs a person in a new start, because what signs them in has changed: all their sessions end, also those
 * whose cookie was copied, and the one that asked goes on under a new code. To be followed by `accessChanged`.
 */
export async function renewSessions(db: Transaction, actor: Actor, headers: Headers): Promise<SessionCode | null> {
  const userId = assertAccount(actor);
  const own = await db.session.findUnique({ where: { id: actor.sessionId ?? "" }, select: { via: true } });
  const tokenVersion = await endAllSessions(db, userId);
  return own && startSession(db, { userId, via: viaOf(own.via), tokenVersion, headers });
}

/**
 * Ends every session of a person, and whatever else was opened before (SFTP by password, tickets). To be followed by `accessChanged`.
 * Returns the `tokenVersion` that holds from now on.
 */
export async function endAllSessions(db: Transaction, userId: string): Promise<number> {
  await db.session.deleteMany({ where: { userId } });
  // Of a program that was allowed to and has not fetched its key yet.
  await db.pending.deleteMany({ where: { userId, kind: "device" } });
  const data = { tokenVersion: { increment: 1 } };
  return (await db.user.update({ where: { id: userId }, data, select: { tokenVersion: true } })).tokenVersion;
}

/** The actor's sessions, the one that asks first, then by when they were last seen. */
export async function listSessions(actor: Actor): Promise<{ sessions: z.infer<typeof sessionView>[] }> {
  const where = { userId: assertAccount(actor), expiresAt: { gt: new Date() } };
  const rows = await database().session.findMany({ where, orderBy: { lastSeenAt: "desc" } });
  const sessions = rows.map((row) => ({
    id: row.id,
    via: viaOf(row.via),
    ...nameBrowser(row.userAgent),
    address: row.address,
    createdAt: row.createdAt.getTime(),
    lastSeenAt: row.lastSeenAt.getTime(),
    current: row.id === actor.sessionId,
  }));
  return { sessions: sessions.sort((a, b) => Number(b.current) - Number(a.current)) };
}

const viaOf = (stored: string): WayIn => (stored === "passkey" || stored === "discord" ? stored : "password");

/** Ends one of the actor's sessions and what it opened. */
export async function revokeSession(actor: Actor, sessionId: string): Promise<void> {
  const userId = assertAccount(actor);
  await database().$transaction(async (db) => {
    const row = await db.session.findFirst({ where: { id: sessionId, userId } });
    if (!row) throw new AppError("not_found", { what: "session" });
    await db.session.deleteMany({ where: { id: row.id } });
    const { browser, system } = nameBrowser(row.userAgent);
    await audit(db, actor, { action: "session.end", detail: { address: row.address, browser, system } });
  });
  await accessChanged(userId, [sessionId]);
}

/**
 * Ends the actor's sessions but the one that asks; only those that began by one way, where that way is taken away. To be followed by
 * `accessChanged` with what is returned: which ones ended.
 */
export async function endSessionsBy(db: Transaction, actor: Actor, via?: WayIn): Promise<string[]> {
  const where = { userId: assertAccount(actor), id: { not: actor.sessionId ?? "" }, ...(via && { via }) };
  const ids = (await db.session.findMany({ where, select: { id: true } })).map(({ id }) => id);
  await db.session.deleteMany({ where: { id: { in: ids } } });
  return ids;
}

/** Ends all of the actor's sessions but the one that asks. Returns how many. */
export async function revokeOtherSessions(actor: Actor): Promise<{ ended: number }> {
  const userId = assertAccount(actor);
  const ids = await database().$transaction(async (db) => {
    const ended = await endSessionsBy(db, actor);
    await audit(db, actor, { action: "session.endOthers", detail: { count: ended.length } });
    return ended;
  });
  await accessChanged(userId, ids);
  return { ended: ids.length };
}
