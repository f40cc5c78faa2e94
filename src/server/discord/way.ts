import type { User } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { clientOf } from "../address";
import { assertWelcome } from "../bans";
import { readCookie, writeCookie } from "../cookies";
import { env } from "../env";
import { asAppError, toldOf } from "../failure";
import { begin, livesFor, take } from "../pending";
import { type SessionCode, sessionBehind } from "../sessions";
import { firstStep, type SignedIn } from "../sign-in";
import { stepCookie } from "../sign-in-ways";
import { actorFor } from "../standings";
import { DISCORD_COOKIE } from "./errand";
import { linkDiscord } from "./link";

/** Who Discord says somebody is. */
const profile = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  username: z.string(),
  global_name: z.string().nullish(),
});

/**
 * Signing in with Discord, for one request; null where it is not set up. next-auth speaks OAuth: state and PKCE are checked, and kept in
 * cookies of the browser that went there. It never makes an account. `cookies`: what the answer sets.
 */
export function discordWay(headers: Headers, cookies: string[], readSession: () => Promise<SessionCode | null>) {
  const { discord } = env();
  if (!discord) return null;
  const { api, clientId, clientSecret } = discord;
  const provider: OAuthConfig<z.infer<typeof profile>> = {
    id: "discord",
    name: "Discord",
    type: "oauth",
    checks: ["pkce", "state"],
    clientId,
    clientSecret,
    // Who they are, and nothing else: we ask for no e-mail.
    authorization: { url: `${api}/oauth2/authorize`, params: { scope: "identify" } },
    token: `${api}/oauth2/token`,
    userinfo: `${api}/users/@me`,
    profile(raw) {
      const { id, username, global_name } = profile.parse(raw);
      return { id, name: (global_name || username).slice(0, 64) };
    },
  };

  let found: SignedIn | null = null;

  /** For what they went to Discord, if it was not to sign in. Works once. */
  async function errand() {
    const code = readCookie(headers, DISCORD_COOKIE);
    if (code === "") return null;
    cookies.push(writeCookie(DISCORD_COOKIE, "", 0));
    return take(database(), "discord", code);
  }

  async function link(userId: string | null, user: User): Promise<string> {
    // The browser that went is the one that comes back, still signed in as the one who went.
    const cookie = await readSession();
    const session = cookie && (await sessionBehind(cookie, headers));
    if (!session || session.userId !== userId) throw new AppError("discord_failed");
    const actor = { ...actorFor(session.user, clientOf(headers).address, "web"), sessionId: session.id };
    await database().$transaction((db) => linkDiscord(db, actor, { id: user.id, name: user.name ?? user.id }));
    return "";
  }

  async function decide(user: User): Promise<true | string> {
    await assertWelcome({ address: clientOf(headers).address, discordId: user.id });
    const begun = await errand();
    if (begun?.data.purpose === "link") {
      const code = await link(begun.userId, user).catch((error: unknown) => asAppError(error).code);
      return code === "" ? begun.data.to : `${begun.data.to}?error=${code}`;
    }
    if (begun?.data.purpose === "prove") {
      const proven = { data: { id: user.id, name: user.name ?? user.id } };
      const code = await begin(database(), "discordProven", proven);
      cookies.push(writeCookie(DISCORD_COOKIE, code, livesFor("discordProven")));
      return begun.data.to;
    }
    const person = await database().user.findUnique({ where: { discordId: user.id } });
    if (!person || person.disabledAt) return "/sign-in?error=discord_unknown";
    const step = await firstStep(person, "discord");
    if (step === null) {
      found = { id: person.id, via: "discord", tokenVersion: person.tokenVersion };
      return true;
    }
    cookies.push(stepCookie(step));
    return "/sign-in?step=code";
  }

  return {
    provider,
    /** Whether a sign-in goes on (true), or where to go instead. Never throws: next-auth would write into the address why. */
    decide: (user: User): Promise<true | string> =>
      decide(user).catch((error: unknown) => {
        toldOf(error);
        return "/sign-in?error=discord_failed";
      }),
    /** Who signs in: whom it was decided about, not who it might be by now. */
    find: (): SignedIn | null => found,
  };
}
