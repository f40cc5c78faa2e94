import { z } from "zod";
import { botPermission } from "./access";
import { botId } from "./bot";
import { at } from "./process";

/** How long a ticket opens a socket, and how long that socket lives on it, ms. The browser renews before the end. */
export const TICKET = { openWithinMs: 60_000, livesMs: 10 * 60_000 } as const;

/** What a ticket says. The web signs it (HMAC-SHA-256 with the ticket key), the gateway checks it. Each opens one socket, once. */
export const ticketClaims = z.object({
  /** Random, for use-once. */
  id: z.string(),
  userId: z.string(),
  /** The browser's session that asked for it: when that one ends, so do its sockets. Absent for a key's. */
  sessionId: z.string().optional(),
  /** Of the API key that asked for it. */
  keyId: z.string().optional(),
  /** The admin who looks as this person: what closes theirs closes this one as well. */
  viewerId: z.string().optional(),
  /** Compared when access changes. */
  tokenVersion: z.number().int(),
  /** "all": an admin; otherwise each bot and what may be done with it. */
  bots: z.union([z.literal("all"), z.record(botId, z.array(botPermission))]),
  issuedAt: at,
  opensUntil: at,
  livesUntil: at,
});
export type TicketClaims = z.infer<typeof ticketClaims>;
