import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { GrantGiven, MemberList, MemberView } from "#contracts/members";
import { database, type Transaction } from "#prisma/db";
import { assertAccount, standingColumns, standingOf } from "../access";
import { accessChanged } from "../access-changed";
import { personNamed } from "../person-named";
import { auditAt } from "./audit";
import { type Granted, grantsAt } from "./grants";
import { type Entered, enter, givenBy, hasMore, type Own, type Place } from "./place";

/*
 * Who else may do something with a bot, or with every bot of a tag. Nobody gives what they lack, nor changes or removes somebody who
 * has more than they.
 */

/** The members of a place: of a bot also those that its tags let in. */
export async function listMembers(actor: Actor, place: Place): Promise<MemberList> {
  return database().$transaction(async (db) => {
    const { owner, own } = await enter(db, actor, place, place.kind === "bot" ? "member:read" : "owner", "looks");
    const direct = await grantsAt(db, place).all();
    const members: MemberView[] = [];
    for (const one of direct) {
      const changeable = !(await hasMoreThan(db, place, one.userId, own));
      members.push({ ...one, tag: null, changeable });
    }
    const mine = { permissions: own.permissions, hiddenPaths: own.hiddenPaths };
    return { owner, members: [...members, ...(await byTags(db, place))], mine };
  });
}

async function byTags(db: Transaction, place: Place): Promise<MemberView[]> {
  if (place.kind === "tag") return [];
  const tags = await db.tag.findMany({
    where: { bots: { some: { botId: place.botId } } },
    select: { id: true, name: true },
    orderBy: { nameKey: "asc" },
  });
  const rows: MemberView[] = [];
  for (const tag of tags)
    for (const one of await grantsAt(db, { kind: "tag", tagId: tag.id }).all())
      rows.push({ ...one, tag, changeable: false });
  return rows;
}

/** Lets in somebody who has an account. AppError person_unknown, member_known, member_owner, not_allowed. */
export async function addMember(
  actor: Actor,
  place: Place,
  { who, ...asked }: GrantGiven & { who: string },
): Promise<MemberView> {
  const added = await database().$transaction(async (db) => {
    const at = await enter(db, actor, place, "member:create");
    const given = givenBy(at.own, asked);
    const person = await personNamed(who, db);
    if (!person || person.disabledAt) throw new AppError("person_unknown", { who });
    if (person.id === at.owner.id) throw new AppError("member_owner", { name: person.name });
    const grants = grantsAt(db, place);
    if (await grants.find(person.id)) throw new AppError("member_known", { name: person.name });
    await grants.put(person.id, given);
    await auditAt(db, actor, place, at, { action: "member.add", detail: { who: person.name, ...given } });
    return asView(await grants.find(person.id));
  });
  await accessChanged(added.userId);
  return added;
}

/** Changes what a member may do. AppError not_found, member_has_more, not_allowed. */
export async function changeMember(
  actor: Actor,
  place: Place,
  { userId, ...asked }: GrantGiven & { userId: string },
): Promise<MemberView> {
  const changed = await database().$transaction(async (db) => {
    const at = await enter(db, actor, place, "member:update");
    const before = await changeable(db, place, at, userId);
    const given = givenBy(at.own, asked);
    const grants = grantsAt(db, place);
    await grants.put(userId, given);
    const detail = { who: before.name, ...given, before: before.permissions };
    await auditAt(db, actor, place, at, { action: "member.update", detail });
    return asView(await grants.find(userId));
  });
  await accessChanged(userId);
  return changed;
}

/** Takes away what a member was granted here. AppError not_found, member_has_more. */
export async function removeMember(actor: Actor, place: Place, userId: string): Promise<void> {
  await database().$transaction(async (db) => {
    // Whoever owns a tag may always take it from somebody, also when they lost a bot of it.
    const at = await enter(db, actor, place, place.kind === "bot" ? "member:delete" : "owner");
    const before =
      place.kind === "bot" ? await changeable(db, place, at, userId) : needed(await grantsAt(db, place).find(userId));
    await grantsAt(db, place).remove(userId);
    const detail = { who: before.name, before: before.permissions };
    await auditAt(db, actor, place, at, { action: "member.remove", detail });
  });
  await accessChanged(userId);
}

/** Gives up what one was granted here oneself. AppError not_found when that is nothing. */
export async function leavePlace(actor: Actor, place: Place): Promise<void> {
  const userId = assertAccount(actor);
  await database().$transaction(async (db) => {
    const grants = grantsAt(db, place);
    const before = needed(await grants.find(userId), place.kind);
    await grants.remove(userId);
    const tag = place.kind === "tag" ? await db.tag.findUnique({ where: { id: place.tagId } }) : null;
    const on = { name: tag?.name ?? "", botIds: place.kind === "bot" ? [place.botId] : [] };
    await auditAt(db, actor, place, on, { action: "member.leave", detail: { before: before.permissions } });
  });
  await accessChanged(userId);
}

/** The grant of a member that the actor may change. AppError not_found, member_has_more. */
async function changeable(db: Transaction, place: Place, at: Entered, userId: string): Promise<Granted> {
  const before = needed(await grantsAt(db, place).find(userId));
  if (await hasMoreThan(db, place, userId, at.own)) throw new AppError("member_has_more", { name: before.name });
  return before;
}

/** On a bot all counts that they may there, however they came by it; of a tag what the tag gives. */
async function hasMoreThan(db: Transaction, place: Place, userId: string, own: Own): Promise<boolean> {
  if (place.kind === "tag") return hasMore(needed(await grantsAt(db, place).find(userId)), own);
  const bot = await db.bot.findUniqueOrThrow({ where: { id: place.botId }, select: standingColumns({ userId }) });
  const user = await db.user.findUniqueOrThrow({ where: { id: userId }, select: { name: true, role: true } });
  return hasMore(standingOf({ kind: "person", userId, address: "", ...user }, bot), own);
}

function needed(granted: Granted | null, what = "member"): Granted {
  if (!granted) throw new AppError("not_found", { what });
  return granted;
}

const asView = (granted: Granted | null): MemberView => ({ ...needed(granted), tag: null, changeable: true });
