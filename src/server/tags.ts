import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { TaggedResult, TagView } from "#contracts/members";
import { database, isTaken, type Transaction } from "#prisma/db";
import { assertAccount, reachable } from "./access";
import { accessChanged } from "./access-changed";
import { audit } from "./audit";
import { nameKey } from "./bots";
import { lockPerson } from "./locks";
import { assertBounded, beyond, withTag } from "./sharing/bounds";
import { type Granted, grantsAt } from "./sharing/grants";
import { botsOf, hasMore, lockBotsAs, type Own, standingsOn, tagFor } from "./sharing/place";
import { transaction } from "./transaction";

/*
 * Names that an owner puts on bots. Who is a member of a tag may do something with every bot that has it; so to put it on a bot is to share
 * that bot, and only who may do that may do it.
 */

/** Tags of one person. */
const MOST = 200;

/** The actor's own tags. */
export async function listTags(actor: Actor): Promise<{ tags: TagView[] }> {
  const rows = await database().tag.findMany({
    where: { ownerId: assertAccount(actor) },
    select: columns(actor),
    orderBy: { nameKey: "asc" },
  });
  return { tags: rows.map(viewOf) };
}

/** AppError tag_name_taken, tags_many. */
export async function createTag(actor: Actor, name: string): Promise<TagView> {
  const ownerId = assertAccount(actor);
  return named(name, () =>
    transaction(async (db) => {
      await lockPerson(db, ownerId);
      if ((await db.tag.count({ where: { ownerId } })) >= MOST) throw new AppError("tags_many", { most: MOST });
      const row = await db.tag.create({ data: { ownerId, name, nameKey: nameKey(name) }, select: columns(actor) });
      await audit(db, actor, { action: "tag.create", detail: { name } });
      return viewOf(row);
    }),
  );
}

/** AppError tag_name_taken, not_found. */
export async function renameTag(actor: Actor, tagId: string, name: string): Promise<TagView> {
  return named(name, () =>
    transaction(async (db) => {
      const before = await tagFor(db, actor, tagId, "changes");
      const row = await db.tag.update({
        where: { id: tagId },
        data: { name, nameKey: nameKey(name) },
        select: columns(actor),
      });
      await audit(db, actor, { action: "tag.rename", detail: { name, before: before.name } });
      return viewOf(row);
    }),
  );
}

/** Deletes a tag; who came in by it loses what it gave. */
export async function removeTag(actor: Actor, tagId: string): Promise<void> {
  const members = await transaction(async (db) => {
    const { name } = await tagFor(db, actor, tagId, "changes");
    const botIds = await botsOf(db, tagId);
    await lockBotsAs(db, actor, botIds);
    const members = await grantsAt(db, { kind: "tag", tagId }).all();
    await assertBounded(db, actor, { botIds, userIds: members.map(({ userId }) => userId) }, withTag(tagId, null));
    await db.tag.delete({ where: { id: tagId } });
    await audit(db, actor, { action: "tag.delete", detail: { name } });
    for (const botId of botIds) await audit(db, actor, { action: "tag.take", botId, detail: { tag: name } });
    return members;
  });
  await tell(members);
}

type Many = { tagId: string; botIds: readonly string[] };

/** Puts a tag on bots, which shares them with its members. Each for itself: not_found, not_allowed. */
export async function putTag(actor: Actor, { tagId, botIds }: Many): Promise<{ results: TaggedResult[] }> {
  // An open invite to the tag is held against its bots when it is taken.
  return eachBot(actor, { tagId, botIds }, async (db, botId, { members, standing }) => {
    const { permissions } = standing;
    if (members.length > 0 && !permissions.includes("member:create")) return refuse("member:create");
    for (const member of members) {
      const lacking = member.permissions.find((permission) => !permissions.includes(permission));
      if (lacking) return refuse(lacking);
      // They would see what is hidden from whoever lets them in.
      if (hasMore(member, standing)) return new AppError("member_has_more", { name: member.name });
    }
    await assertBounded(db, actor, whose(botId, members), withTag(tagId, members));
    const { count } = await db.botTag.createMany({ data: { botId, tagId }, skipDuplicates: true });
    return count > 0 ? "tag.put" : "nothing";
  });
}

const refuse = (permission: string) => new AppError("not_allowed", { permission });

/** Takes a tag off bots: its owner's anywhere, and everybody's off a bot whose members one may remove. Each for itself. */
export const takeTag = (actor: Actor, asked: Many): Promise<{ results: TaggedResult[] }> =>
  eachBot(
    actor,
    asked,
    async (db, botId, { tagId, standing, isMine, members }) => {
      if (!isMine && !standing.permissions.includes("member:delete")) return refuse("member:delete");
      // To take off somebody else's is to remove its members.
      const [above] = isMine ? [] : await beyond(db, botId, whose(botId, members).userIds, standing);
      if (above) return new AppError("member_has_more", { name: above.name });
      await assertBounded(db, actor, whose(botId, members), withTag(tagId, null));
      const { count } = await db.botTag.deleteMany({ where: { botId, tagId } });
      return count > 0 ? "tag.take" : "nothing";
    },
    { anybody: true },
  );

const whose = (botId: string, members: readonly Granted[]) => ({
  botIds: [botId],
  userIds: members.map(({ userId }) => userId),
});

type Met = { tagId: string; isMine: boolean; standing: Own; members: readonly Granted[] };

async function eachBot(
  actor: Actor,
  { tagId, botIds }: Many,
  act: (db: Transaction, botId: string, met: Met) => Promise<AppError | "tag.put" | "tag.take" | "nothing">,
  { anybody = false } = {},
): Promise<{ results: TaggedResult[] }> {
  const asked = [...new Set(botIds)];
  const { results, members } = await transaction(async (db) => {
    const isOnOne = anybody && (await isOnSome(db, actor, tagId, asked));
    const { name, isMine } = await tagFor(db, actor, tagId, "changes", isOnOne);
    await lockBotsAs(db, actor, asked);
    const standings = await standingsOn(db, actor, asked);
    const members = await grantsAt(db, { kind: "tag", tagId }).all();
    const results: TaggedResult[] = [];
    let changed = false;
    for (const botId of asked) {
      const standing = standings.get(botId);
      const outcome = standing
        ? await act(db, botId, { tagId, isMine, standing, members }).catch(refusal)
        : new AppError("not_found", { what: "bot" });
      if (outcome instanceof AppError) {
        results.push({ botId, outcome: "failed", code: outcome.code, values: { ...outcome.values } });
        continue;
      }
      results.push({ botId, outcome: "done" });
      if (outcome === "nothing") continue;
      changed = true;
      const detail = { tag: name, members: members.map((member) => member.name) };
      await audit(db, actor, { action: outcome, botId, detail });
    }
    return { results, members: changed ? members : [] };
  });
  await tell(members);
  return { results };
}

/** What refuses one bot is no reason for the others; all else ends the whole. */
function refusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}

/** To all others a tag that is not theirs does not exist. */
async function isOnSome(db: Transaction, actor: Actor, tagId: string, botIds: readonly string[]): Promise<boolean> {
  const on = await db.botTag.findMany({ where: { tagId, botId: { in: [...botIds] } }, select: { botId: true } });
  const standings = await standingsOn(
    db,
    actor,
    on.map(({ botId }) => botId),
  );
  return [...standings.values()].some(({ permissions }) => permissions.includes("member:delete"));
}

const tell = async (members: readonly { userId: string }[]): Promise<void> => {
  await Promise.all(members.map(({ userId }) => accessChanged(userId)));
};

/** Of its bots those that the actor still sees. */
const columns = (actor: Actor) => ({
  id: true as const,
  name: true as const,
  createdAt: true as const,
  bots: { where: { bot: reachable(actor) }, select: { botId: true as const } },
  _count: { select: { grants: true as const } },
});

type Row = { id: string; name: string; createdAt: Date; bots: { botId: string }[]; _count: { grants: number } };

const viewOf = ({ id, name, createdAt, bots, _count }: Row): TagView => ({
  id,
  name,
  createdAt: createdAt.getTime(),
  bots: bots.map(({ botId }) => botId),
  members: _count.grants,
});

async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isTaken(error) ? new AppError("tag_name_taken", { name }) : error;
  }
}
