import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { GrantChange, GrantGiven, MemberView } from "#contracts/members";
import type { Transaction } from "#prisma/db";
import { assertAccount } from "../access";
import { accessChanged } from "../access-changed";
import { lockBots, lockTags } from "../locks";
import { personNamed } from "../person-named";
import { transaction } from "../transaction";
import { auditAt } from "./audit";
import { assertBounded, beyond, withGrant } from "./bounds";
import { type Granted, grantsAt } from "./grants";
import { botsOf, type Entered, enter, givenBy, hasMore, type Own, type Place } from "./place";

/*
 * Who else may do something with a bot, or with every bot of a tag. Nobody gives what they lack, nor changes or removes somebody who
 * has more than they.
 */

/** Lets in somebody who has an account. AppError person_unknown, member_known, member_owner, member_has_more, not_allowed. */
export async function addMember(
  actor: Actor,
  place: Place,
  { who, ...asked }: GrantGiven & { who: string },
): Promise<MemberView> {
  const added = await transaction(async (db) => {
    const at = await enter(db, actor, place, "member:create");
    const given = givenBy(at.own, asked);
    const person = await personNamed(who, db);
    if (!person || person.disabledAt) throw new AppError("person_unknown", { who });
    if (person.id === at.owner.id) throw new AppError("member_owner", { name: person.name });
    const grants = grantsAt(db, place);
    if (await grants.find(person.id)) throw new AppError("member_known", { name: person.name });
    await assertMayPut(db, actor, place, at, person.id, given);
    await grants.put(person.id, given);
    await auditAt(db, actor, place, at, {
      action: "member.add",
      detail: { who: person.name, userId: person.id, ...given },
    });
    return asView(await grants.find(person.id));
  });
  await accessChanged(added.userId);
  return added;
}

/** Changes what a member may do. AppError not_found, member_has_more, hidden_stays, not_allowed. */
export async function changeMember(
  actor: Actor,
  place: Place,
  { userId, ...asked }: GrantChange & { userId: string },
): Promise<MemberView> {
  const changed = await transaction(async (db) => {
    const at = await enter(db, actor, place, "member:update");
    const before = await changeable(db, place, at, userId);
    const { permissions = before.permissions, hiddenPaths = before.hiddenPaths } = asked;
    const given = givenBy(at.own, { permissions, hiddenPaths });
    const grants = grantsAt(db, place);
    await assertMayPut(db, actor, place, at, userId, given);
    await grants.put(userId, given);
    const hidden = before.hiddenPaths.length > 0 && { hiddenBefore: before.hiddenPaths };
    const detail = { who: before.name, userId, ...given, before: before.permissions, ...hidden };
    await auditAt(db, actor, place, at, { action: "member.update", detail });
    return asView(await grants.find(userId));
  });
  await accessChanged(userId);
  return changed;
}

/** Takes away what a member was granted here. AppError not_found, member_has_more, hidden_stays. */
export async function removeMember(actor: Actor, place: Place, userId: string): Promise<void> {
  await transaction(async (db) => {
    // Whoever owns a tag may always take it from somebody, also when they lost a bot of it.
    const at = await enter(db, actor, place, place.kind === "bot" ? "member:delete" : "owner");
    const before =
      place.kind === "bot" ? await changeable(db, place, at, userId) : needed(await grantsAt(db, place).find(userId));
    await assertMayPut(db, actor, place, at, userId, null);
    await grantsAt(db, place).remove(userId);
    const detail = { who: before.name, userId, before: before.permissions };
    await auditAt(db, actor, place, at, { action: "member.remove", detail });
  });
  await accessChanged(userId);
}

/** Gives up what one was granted here oneself. AppError not_found when that is nothing, hidden_stays. */
export async function leavePlace(actor: Actor, place: Place): Promise<void> {
  const userId = assertAccount(actor);
  await transaction(async (db) => {
    const on = await lockPlace(db, place);
    const grants = grantsAt(db, place);
    const before = needed(await grants.find(userId), place.kind);
    await assertMayPut(db, actor, place, on, userId, null);
    await grants.remove(userId);
    await auditAt(db, actor, place, on, { action: "member.leave", detail: { before: before.permissions } });
  });
  await accessChanged(userId);
}

/** Nobody need be asked for it: a place that one is in, whoever decides about it. */
async function lockPlace(db: Transaction, place: Place): Promise<Pick<Entered, "name" | "botIds">> {
  if (place.kind === "tag") await lockTags(db, [place.tagId]);
  const tag = place.kind === "tag" ? await db.tag.findUnique({ where: { id: place.tagId } }) : null;
  const botIds = place.kind === "bot" ? [place.botId] : await botsOf(db, place.tagId);
  await lockBots(db, botIds);
  return { name: tag?.name ?? "", botIds };
}

const assertMayPut = (
  db: Transaction,
  actor: Actor,
  place: Place,
  { botIds }: Pick<Entered, "botIds">,
  userId: string,
  given: Own | null,
): Promise<void> => assertBounded(db, actor, { botIds, userIds: [userId] }, withGrant(place, userId, given));

/** The grant of a member that the actor may change. AppError not_found, member_has_more. */
async function changeable(db: Transaction, place: Place, at: Entered, userId: string): Promise<Granted> {
  const before = needed(await grantsAt(db, place).find(userId));
  if (await hasMoreThan(db, place, userId, at.own)) throw new AppError("member_has_more", { name: before.name });
  return before;
}

/** On a bot all counts that they may there, however they came by it; of a tag what the tag gives. */
async function hasMoreThan(db: Transaction, place: Place, userId: string, own: Own): Promise<boolean> {
  if (place.kind === "tag") return hasMore(needed(await grantsAt(db, place).find(userId)), own);
  return (await beyond(db, place.botId, [userId], own)).length > 0;
}

function needed(granted: Granted | null, what = "member"): Granted {
  if (!granted) throw new AppError("not_found", { what });
  return granted;
}

const asView = (granted: Granted | null): MemberView => ({ ...needed(granted), tag: null, changeable: true });
