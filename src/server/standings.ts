import type { Actor, KeyScope, Via } from "#contracts/access";
import type { SftpRights } from "#contracts/sftp";
import { database, type Transaction } from "#prisma/db";
import { type Standing, standingOf } from "./access";
import { banOf } from "./bans";
import { scopeOf } from "./key-use";
import type { Person } from "./person-named";

/** A bot with what was granted to some people. */
export type Granted = Awaited<ReturnType<typeof botsNamed>>[number];

/** Bots, with what was granted to these people. */
export const botsNamed = (botIds: readonly string[], userIds: readonly string[], db: Transaction = database()) => {
  const select = { userId: true, permissions: true, hiddenPaths: true } as const;
  const grants = { where: { userId: { in: [...userIds] } }, select };
  return db.bot.findMany({
    where: { id: { in: [...botIds] } },
    select: {
      id: true,
      ownerId: true,
      nodeId: true,
      grants,
      tags: { select: { tag: { select: { id: true, grants } } } },
    },
  });
};

/** How one of these people stands to a bot. */
export function standingIn(bot: Granted, person: Pick<Person, "id" | "name" | "role">, scope?: KeyScope): Standing {
  const theirs = <One extends { userId: string }>(grants: One[]) => grants.filter(({ userId }) => userId === person.id);
  const tags = bot.tags.map(({ tag }) => ({ tag: { grants: theirs(tag.grants) } }));
  return standingOf({ ...actorFor(person, ""), ...(scope && { scope }) }, { ...bot, grants: theirs(bot.grants), tags });
}

/** What a person may with a bot and does not see, by a key of this scope if there is one; nothing for who is disabled, and with a bot that is not there. */
export function rightsOn(person: Person, bot: Granted | undefined, scope?: KeyScope): SftpRights {
  if (person.disabledAt || !bot) return NONE;
  const { permissions, hiddenPaths } = standingIn(bot, person, scope);
  return { permissions, hidden: hiddenPaths };
}

const NONE: SftpRights = { permissions: [], hidden: [] };

type Asked = { userId: string; botId: string; keyId?: string };

/** What people may with bots now, in the order asked, by the key that is named if one is: for what goes on by itself in their name. */
export async function rightsNow(asked: readonly Asked[]): Promise<SftpRights[]> {
  const userIds = asked.map(({ userId }) => userId);
  const keyIds = asked.flatMap(({ keyId }) => keyId ?? []);
  const isValid = { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
  const [people, keys, bots] = await Promise.all([
    database().user.findMany({ where: { id: { in: userIds } } }),
    database().apiKey.findMany({ where: { id: { in: keyIds }, ...isValid }, select: { id: true, scope: true } }),
    botsNamed(
      asked.map(({ botId }) => botId),
      userIds,
    ),
  ]);
  const ask = async ({ userId, botId, keyId }: (typeof asked)[number]) => {
    const person = people.find(({ id }) => id === userId);
    const key = keys.find(({ id }) => id === keyId);
    if (!person || (keyId !== undefined && !key)) return NONE;
    const bot = bots.find(({ id }) => id === botId);
    return (await banOf(person)) === null ? rightsOn(person, bot, key && scopeOf(key.scope)) : NONE;
  };
  return Promise.all(asked.map(ask));
}

/** A person who acts otherwise than by a request of their own. */
export const actorFor = (
  { id, name, role }: Pick<Person, "id" | "name" | "role">,
  address: string,
  via: Via = "sftp",
): Actor => ({
  kind: "person",
  via,
  userId: id,
  name,
  role,
  address,
});
