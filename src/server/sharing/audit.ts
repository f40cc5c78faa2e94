import type { Actor } from "#contracts/access";
import type { Transaction } from "#prisma/db";
import { audit, type Deed } from "../audit";
import type { Entered, Place } from "./place";

/** Remembers a deed at a place: with the bot, or, of a tag, once with each of its bots and once for itself. */
export async function auditAt(
  db: Transaction,
  actor: Actor,
  place: Place,
  { name, botIds }: Pick<Entered, "name" | "botIds">,
  { action, detail }: Required<Pick<Deed, "action" | "detail">>,
): Promise<void> {
  if (place.kind === "bot") return audit(db, actor, { action, botId: place.botId, detail });
  const tagged = { ...detail, tag: name };
  await audit(db, actor, { action, detail: tagged });
  for (const botId of botIds) await audit(db, actor, { action, botId, detail: tagged });
}
