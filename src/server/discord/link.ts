import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database, isTaken, type Transaction } from "#prisma/db";
import { assertAccount } from "../access";
import { accessChanged } from "../access-changed";
import { audit } from "../audit";
import { confirmOwner } from "../confirm";
import { endSessionsBy } from "../sessions";
import { assertOtherWay } from "../ways-in";
import { type DiscordPerson, sendToDiscord } from "./errand";

/** Links the actor's account to a Discord account that was proven to be theirs. AppError discord_taken. */
export async function linkDiscord(db: Transaction, actor: Actor, { id, name }: DiscordPerson): Promise<void> {
  try {
    await db.user.update({ where: { id: assertAccount(actor) }, data: { discordId: id, discordName: name } });
  } catch (error) {
    throw isTaken(error) ? new AppError("discord_taken") : error;
  }
  await audit(db, actor, { action: "discord.link", detail: { name, id } });
}

/** Begins to link: the browser goes to Discord next. Returns the cookie that says why. AppError discord_off, password_wrong. */
export async function beginLink(actor: Actor, password?: string): Promise<string> {
  const { id } = await confirmOwner(actor, password);
  return sendToDiscord({ purpose: "link", to: "/account", userId: id });
}

/** Ends the link, and what it opened. AppError last_way_in. */
export async function unlinkDiscord(actor: Actor): Promise<void> {
  const id = assertAccount(actor);
  const ended = await database().$transaction(async (db) => {
    const { discordName } = await assertOtherWay(db, id, "discord");
    await db.user.update({ where: { id }, data: { discordId: null, discordName: null } });
    await audit(db, actor, { action: "discord.unlink", detail: { name: discordName ?? "" } });
    return endSessionsBy(db, actor, "discord");
  });
  await accessChanged(id, ended);
}
