import { type Actor, botPermissions } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { botsNamed, type Granted, standingIn } from "../standings";
import { hasMore, type Own, standingsOn } from "./place";

/*
 * What no change of grants may come to, whichever way it is made. What a person has on a bot is all that was granted to them there, of their
 * own and by its tags: so to take one grant away may bring to light what it hid, and to give one may hide what they saw.
 */

/** What becomes of a bot's grants. */
export type Change = (bot: Granted) => Granted;

/** One person has these grants at a bot, or at a tag, and no other; null: none. */
export const withGrant =
  (place: { kind: "bot" } | { kind: "tag"; tagId: string }, userId: string, given: Own | null): Change =>
  (bot) => {
    const put = (grants: Granted["grants"]) => [
      ...grants.filter((one) => one.userId !== userId),
      ...(given ? [{ userId, ...given }] : []),
    ];
    if (place.kind === "bot") return { ...bot, grants: put(bot.grants) };
    const tags = bot.tags.map(({ tag }) => ({
      tag: tag.id === place.tagId ? { ...tag, grants: put(tag.grants) } : tag,
    }));
    return { ...bot, tags };
  };

/** The tag is on it, with those who are let in by it; null: it is not. */
export const withTag =
  (tagId: string, members: readonly (Own & { userId: string })[] | null): Change =>
  (bot) => {
    const others = bot.tags.filter(({ tag }) => tag.id !== tagId);
    return { ...bot, tags: members ? [...others, { tag: { id: tagId, grants: [...members] } }] : others };
  };

/**
 * Refuses a change that would bring to light, for anybody, what is hidden from the actor; and one that hides something from who may do more
 * than the actor. To be asked before it is made, with the bots locked. AppError hidden_stays, member_has_more.
 */
export async function assertBounded(
  db: Transaction,
  actor: Actor,
  { botIds, userIds }: { botIds: readonly string[]; userIds: readonly string[] },
  change: Change,
): Promise<void> {
  const own = await standingsOn(db, actor, botIds);
  // An owner and an admin may do everything and see everything.
  const bounded = botIds.filter((id) => !isWhole(own.get(id) ?? NOTHING));
  if (bounded.length === 0 || userIds.length === 0) return;
  const people = await db.user.findMany({
    where: { id: { in: [...userIds] } },
    select: { id: true, name: true, role: true },
  });
  for (const bot of await botsNamed(bounded, userIds, db)) {
    const mine = own.get(bot.id) ?? NOTHING;
    const next = change(bot);
    for (const person of people) {
      const before = standingIn(bot, person);
      const after = standingIn(next, person);
      const shown = before.hiddenPaths.filter((pattern) => !after.hiddenPaths.includes(pattern));
      if (after.permissions.length > 0 && shown.some((pattern) => mine.hiddenPaths.includes(pattern)))
        throw new AppError("hidden_stays", { name: person.name });
      const hides = after.hiddenPaths.some((pattern) => !before.hiddenPaths.includes(pattern));
      if (hides && before.permissions.length > 0 && hasMore(before, mine))
        throw new AppError("member_has_more", { name: person.name });
    }
  }
}

/** Those who may do more with a bot than somebody who has this there: all counts, however they came by it. */
export async function beyond(
  db: Transaction,
  botId: string,
  userIds: readonly string[],
  own: Own,
): Promise<{ id: string; name: string }[]> {
  const [bot] = await botsNamed([botId], userIds, db);
  const people = await db.user.findMany({
    where: { id: { in: [...userIds] } },
    select: { id: true, name: true, role: true },
  });
  return people.filter((person) => bot && hasMore(standingIn(bot, person), own));
}

const NOTHING: Own = { permissions: [], hiddenPaths: [] };
const isWhole = ({ permissions, hiddenPaths }: Own): boolean =>
  permissions.length === botPermissions.length && hiddenPaths.length === 0;
