import { createHmac, randomBytes } from "node:crypto";
import type { Actor, BotPermission } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { livePermissions } from "#contracts/events";
import { TICKET, type TicketClaims } from "#contracts/ticket";
import { database } from "#prisma/db";
import { personOf, reachable, standingColumns, standingOf } from "./access";
import { keyEnds } from "./key-use";
import { secret } from "./secrets";

/** A ticket for one live connection of this person: `<base64url(JSON claims)>.<base64url(HMAC-SHA-256)>`. */
export async function issueTicket(actor: Actor): Promise<{ ticket: string; livesUntil: number }> {
  const userId = personOf(actor);
  const db = database();
  // Before it is looked whether the session, the key and the role still are: one that ends meanwhile ends after this ticket was issued, and
  // takes it along.
  const now = Date.now();
  const select = { tokenVersion: true, role: true } as const;
  const { tokenVersion, role } = await db.user.findUniqueOrThrow({ where: { id: userId }, select });
  if (role !== actor.role) throw new AppError("not_signed_in");
  if (actor.sessionId !== undefined && (await db.session.count({ where: { id: actor.sessionId } })) === 0)
    throw new AppError("not_signed_in");
  const livesUntil = Math.min(now + TICKET.livesMs, await keyEnds(actor));
  const claims: TicketClaims = {
    id: randomBytes(16).toString("base64url"),
    userId,
    ...(actor.sessionId !== undefined && { sessionId: actor.sessionId }),
    ...(actor.keyId !== undefined && { keyId: actor.keyId }),
    ...(actor.viewer && { viewerId: actor.viewer.id }),
    tokenVersion,
    bots: actor.role === "admin" && actor.scope === undefined ? "all" : await watchable(actor),
    issuedAt: now,
    opensUntil: now + TICKET.openWithinMs,
    livesUntil,
  };
  return { ticket: signTicket(claims), livesUntil };
}

/** Signs claims with the ticket key. */
export function signTicket(claims: TicketClaims): string {
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${body}.${createHmac("sha256", secret("ticketKey")).update(body).digest("base64url")}`;
}

async function watchable(actor: Actor): Promise<Record<string, BotPermission[]>> {
  const rows = await database().bot.findMany({ where: reachable(actor), select: standingColumns(actor) });
  return Object.fromEntries(
    rows.map((row) => [
      row.id,
      standingOf(actor, row).permissions.filter((permission) => livePermissions.has(permission)),
    ]),
  );
}
