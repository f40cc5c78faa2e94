import type { BotPermission } from "#contracts/access";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { TicketClaims } from "#contracts/ticket";

/** What an event or a request declares. */
export type LivePermission = BotPermission | "self" | "admin";

/** Whether a ticket allows a permission, on a bot where it is one of bots. Pure; the default is no. */
export function allows({ bots }: Pick<TicketClaims, "bots">, permission: LivePermission, botId?: BotId): boolean {
  if (permission === "self") return true;
  if (bots === "all") return true;
  if (permission === "admin" || botId === undefined || !Object.hasOwn(bots, botId)) return false;
  return bots[botId]?.includes(permission) ?? false;
}

/** Fails with not_allowed, or with not_found for who may not even know that there is such a bot. */
export function assertAllows(claims: Pick<TicketClaims, "bots">, permission: LivePermission, botId?: BotId): void {
  if (allows(claims, permission, botId)) return;
  if (botId !== undefined && !allows(claims, "bot:view", botId)) throw new AppError("not_found", { what: "bot" });
  throw new AppError("not_allowed", { permission });
}
