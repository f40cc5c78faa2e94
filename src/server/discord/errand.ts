import { AppError } from "#contracts/errors";
import { database, type Transaction } from "#prisma/db";
import { readCookie, writeCookie } from "../cookies";
import { env } from "../env";
import { begin, livesFor, take } from "../pending";

/** Says for what a browser goes to Discord, and afterwards who Discord said they are. */
export const DISCORD_COOKIE = "discord";

/** Who somebody is at Discord, as Discord said. */
export type DiscordPerson = { id: string; name: string };

/**
 * To be answered before a browser goes to Discord for something other than signing in: `link` to the account of `userId`, or to `prove` who
 * they are (see takeProven). `to`: the page of ours that they come back to. AppError discord_off. Returns the cookie to set.
 */
export async function sendToDiscord(errand: {
  purpose: "link" | "prove";
  to: `/${string}`;
  userId?: string;
}): Promise<string> {
  if (!env().discord) throw new AppError("discord_off");
  const { userId, ...data } = errand;
  const code = await begin(database(), "discord", { userId, data });
  return writeCookie(DISCORD_COOKIE, code, livesFor("discord"));
}

/**
 * Who Discord said that the person at this browser is, once, after they went there to prove it. AppError discord_failed. To be followed by
 * `linkDiscord` in the same transaction, which makes an account theirs.
 */
export async function takeProven(db: Transaction, headers: Headers): Promise<DiscordPerson> {
  const proven = await take(db, "discordProven", readCookie(headers, DISCORD_COOKIE));
  if (!proven) throw new AppError("discord_failed");
  return proven.data;
}
