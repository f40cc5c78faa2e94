import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "#contracts/errors";
import { TICKET, type TicketClaims, ticketClaims } from "#contracts/ticket";

/** `<base64url(JSON claims)>.<base64url(HMAC-SHA-256 of what stands before the dot)>`, as the web signs it. */
const shape = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** The claims of a ticket that opens now. Fails with ticket_refused for anything else, without saying what was wrong. Pure. */
export function verifyTicket(key: Uint8Array, text: string, now: number): TicketClaims {
  const [, body = "", mac = ""] = shape.exec(text) ?? [];
  const right = createHmac("sha256", key).update(body).digest();
  const given = Buffer.from(mac, "base64url");
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw new AppError("ticket_refused");
  const claims = ticketClaims.safeParse(readJson(body));
  if (!claims.success || claims.data.opensUntil <= now || claims.data.livesUntil <= now) {
    throw new AppError("ticket_refused");
  }
  return claims.data;
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Lets each ticket in once. It remembers what it saw only for as long as a ticket opens, and in memory: so a ticket made
 * before this gate was opened is refused too, since it may have been used at the last one.
 */
export function openGate(key: Uint8Array, clock: () => number = Date.now) {
  let openedAt = clock();
  const used = new Map<string, number>();
  /** People and sessions, by their ids. */
  const dropped = new Map<string, number>();
  const lastDrop = (holder: string | undefined) => dropped.get(holder ?? "") ?? 0;

  return {
    /** AppError ticket_refused. */
    admit(text: string): TicketClaims {
      const now = clock();
      const claims = verifyTicket(key, text, now);
      for (const [id, until] of used) if (until <= now) used.delete(id);
      const droppedAt = Math.max(openedAt - 1, ...[claims.userId, claims.sessionId, claims.viewerId].map(lastDrop));
      if (used.has(claims.id) || claims.issuedAt <= droppedAt) throw new AppError("ticket_refused");
      used.set(claims.id, claims.opensUntil);
      return claims;
    },
    /** What a person may do has changed, or one of their sessions ended: tickets given before open nothing any more. */
    forget(holder: string) {
      const now = clock();
      // Those given before have run out by themselves.
      for (const [other, at] of dropped) if (at < now - TICKET.openWithinMs) dropped.delete(other);
      dropped.set(holder, now);
    },
    /** As `forget`, for everybody. */
    forgetAll() {
      openedAt = clock() + 1;
    },
  };
}
export type Gate = ReturnType<typeof openGate>;
