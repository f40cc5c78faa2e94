import type { Actor } from "#contracts/access";
import { database } from "#prisma/db";
import { reachable } from "./access";

/** What the actor's bots are called: for choosing among them. */
export const listBotNames = (actor: Actor): Promise<{ id: string; name: string }[]> =>
  database().bot.findMany({
    where: reachable(actor),
    select: { id: true, name: true },
    orderBy: [{ nameKey: "asc" }, { id: "asc" }],
  });
