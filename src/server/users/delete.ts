import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { isTaken, type Transaction } from "#prisma/db";
import { accessChanged } from "../access-changed";
import { audit } from "../audit";
import { keepLimits } from "../limits";
import { lockBots, lockOwners, lockTags } from "../locks";
import { changeUser, MANY_BOTS_MS } from "./change";
import { tellWorkers } from "./trust";

/**
 * Deletes an account; its bots go to another one. AppError user_has_bots while there are any and nobody is named, bot_name_taken when
 * both have one of a name, limit_… of who gets them, last_admin.
 */
export async function deleteUser(actor: Actor, userId: string, botsTo: string | undefined): Promise<{ bots: number }> {
  let bots = 0;
  // Who came in by a tag of theirs loses it with the tag; who gets the bots sees more.
  const others = new Set(botsTo === undefined ? [] : [botsTo]);
  await changeUser(
    actor,
    userId,
    async (db, { name }) => {
      await lockOwners(db, [userId, ...(botsTo === undefined ? [] : [botsTo])]);
      const tags = await db.tag.findMany({ where: { ownerId: userId }, select: { id: true } });
      await lockTags(db, idsOf(tags));
      const owned = await db.bot.findMany({ where: { ownerId: userId }, select: bot, orderBy: { id: "asc" } });
      await lockBots(db, idsOf(owned));
      bots = owned.length;
      if (bots > 0 && botsTo === undefined) throw new AppError("user_has_bots", { name, count: bots });
      const changed =
        botsTo === undefined || bots === 0 ? [] : await handOver(db, actor, { owned, from: name, to: botsTo, userId });
      for (const one of await db.tagGrant.findMany({ where: { tag: { ownerId: userId } }, select: { userId: true } }))
        others.add(one.userId);
      await db.user.delete({ where: { id: userId } });
      const tell = () => tellWorkers(db, changed);
      return { action: "user.delete", detail: { bots: idsOf(owned) }, tell };
    },
    MANY_BOTS_MS,
  );
  await Promise.all([userId, ...others].map((one) => accessChanged(one)));
  return { bots };
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

const bot = { id: true, name: true, trusted: true, panelReach: true } as const;
type Owned = { id: string; name: string; trusted: boolean; panelReach: string };
type Handing = { owned: readonly Owned[]; from: string; to: string; userId: string };

/**
 * A bot goes over as it is, but for what only its owner could give it: to run where it cannot be kept apart, and a key that acts for
 * them. Whoever was let in by somebody else than a tag of the old owner stays. Returns those that the worker is to hear of.
 */
async function handOver(db: Transaction, actor: Actor, { owned, from, to, userId }: Handing): Promise<Owned[]> {
  const select = { id: true, name: true, role: true, disabledAt: true } as const;
  const taker = to === userId ? null : await db.user.findUnique({ where: { id: to }, select });
  if (!taker) throw new AppError("not_found", { what: "account" });
  if (taker.disabledAt) throw new AppError("user_disabled", { name: taker.name });
  await keepLimits(db, to, async () => {
    for (const { id, name, trusted } of owned) {
      const stays = trusted && taker.role === "admin";
      const data = { ownerId: to, trusted: stays, panelReach: "none", panelToken: null, revision: { increment: 1 } };
      await db.bot.update({ where: { id }, data }).catch((error: unknown) => {
        throw isTaken(error) ? new AppError("bot_name_taken", { name }) : error;
      });
      // Who owns it needs no grant.
      await db.grant.deleteMany({ where: { botId: id, userId: to } });
      await audit(db, actor, { action: "bot.owner", botId: id, detail: { from, to: taker.name } });
    }
  });
  const isOther = ({ trusted, panelReach }: Owned) => (trusted && taker.role !== "admin") || panelReach !== "none";
  return owned.filter(isOther);
}
