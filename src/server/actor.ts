import { createHash, timingSafeEqual } from "node:crypto";
import { type Actor, AGENTS, type Via } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { clientOf } from "./address";
import { readSession } from "./auth";
import { assertWelcome } from "./bans";
import { acceptKey, scopeOf } from "./key-use";
import { secret } from "./secrets";
import { sessionBehind } from "./sessions";

/**
 * Who asks: by `Authorization: Bearer` (the key file of this machine, or an API key), else by the session cookie; null
 * for nobody. A token that is refused never falls back to the cookie: AppError not_signed_in.
 */
export async function actorOf(headers: Headers): Promise<Actor | null> {
  const { address } = clientOf(headers);
  const authorization = headers.get("authorization");
  if (authorization === null) return bySession(headers, address);
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const actor = token === undefined ? null : isLocalKey(token) ? await local(address) : await byKey(token, address);
  if (!actor) throw new AppError("not_signed_in");
  return { ...actor, via: viaOf(headers) };
}

/** As a program calls itself: our own say so. */
function viaOf(headers: Headers): Via {
  const name = headers.get("user-agent") ?? "";
  if (name.startsWith(AGENTS.cli)) return "cli";
  return name.startsWith(AGENTS.tool) ? "tool" : "api";
}

/** Who asks, of those who are signed in. AppError not_signed_in. */
export async function someoneOf(headers: Headers): Promise<Actor> {
  const actor = await actorOf(headers);
  if (!actor) throw new AppError("not_signed_in");
  return actor;
}

async function bySession(headers: Headers, address: string): Promise<Actor | null> {
  const cookie = await readSession(headers);
  const session = cookie && (await sessionBehind(cookie, headers));
  if (!session) return null;
  const { id, name, role } = session.user;
  await assertWelcome({ address, ...session.user });
  const person = { kind: "person", address, sessionId: session.id, via: "web" } as const;
  const seen = role === "admin" ? session.viewsAs : null;
  if (!seen || seen.disabledAt) return { ...person, userId: id, name, role };
  return { ...person, userId: seen.id, name: seen.name, role: seen.role, viewer: { id, name } };
}

async function byKey(token: string, address: string): Promise<Actor | null> {
  const key = await acceptKey(token, address);
  if (!key) return null;
  const scope = scopeOf(key.scope);
  const { name, role } = key.user;
  const who = key.bot ? ({ kind: "bot", name: key.bot.name } as const) : ({ kind: "key", name } as const);
  return { ...who, userId: key.userId, keyId: key.id, role, address, ...(scope && { scope }) };
}

// Compared as hashes: equal in length, so that only the content decides, and in constant time.
function isLocalKey(token: string): boolean {
  const given = createHash("sha256").update(token).digest();
  return timingSafeEqual(given, createHash("sha256").update(secret("cliKey").toString("hex")).digest());
}

// Whoever reads the key file owns the home. What they make belongs to the first admin.
async function local(address: string): Promise<Actor> {
  const first = await database().user.findFirst({
    where: { role: "admin", disabledAt: null },
    orderBy: { createdAt: "asc" },
    select: { id: true },
  });
  return { kind: "local", userId: first?.id, name: "local", role: "admin", address };
}
