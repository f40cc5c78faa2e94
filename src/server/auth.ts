import type { NextAuthOptions } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { sessionView } from "#contracts/api/sign-in";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { clientOf } from "./address";
import { speakNextAuth } from "./auth-answer";
import { cookieName, isHttps, keepToTls, readCookie, writeCookie } from "./cookies";
import { keepNext, leadOn } from "./discord/next";
import { discordWay } from "./discord/way";
import { Bug, toldOf, UNEXPECTED } from "./failure";
import { assertOwnOrigin } from "./origin";
import { problemResponse } from "./problem";
import { secret } from "./secrets";
import { SESSION, type SessionCode } from "./sessions";
import { type SignedIn, signIn, signOut } from "./sign-in";
import { formWays } from "./sign-in-ways";

/** How long a cookie is kept, seconds; whether it still opens anything, the session's row says. */
const COOKIE_S = SESSION.longestMs / 1000;

const SESSION_COOKIE = "session";

/** The name of the session cookie. */
export const sessionCookie = (): string => cookieName(SESSION_COOKIE);

/** Length of a sign-in form at most, bytes. */
const FORM_BYTES = 16 * 1024;

const session = z.object({ code: z.string().min(1), tokenVersion: z.number().int() }) satisfies z.ZodType<SessionCode>;

/** What the session cookie of a request says, if it carries one that we signed and that has not run out. */
export async function readSession(headers: Headers): Promise<SessionCode | null> {
  const token = readCookie(headers, SESSION_COOKIE);
  if (!token) return null;
  try {
    return session.safeParse(await decode({ token, secret: sessionSecret() })).data ?? null;
  } catch {
    // Not ours, or made with a key that is gone: nobody is signed in.
    return null;
  }
}

/** The session cookie as an answer sets it, where a session goes on under a new code; a new one begins at `serveAuth` only. */
export const sessionCookieWith = async (code: SessionCode): Promise<string> =>
  writeCookie(
    SESSION_COOKIE,
    await encode({ token: { ...code }, secret: sessionSecret(), maxAge: COOKIE_S }),
    COOKIE_S,
  );

// next-auth derives its own keys from a text.
const sessionSecret = (): string => secret("sessionKey").toString("hex");

const options = (headers: Headers, cookies: string[]): NextAuthOptions => {
  const discord = discordWay(headers, cookies, () => readSession(headers));
  return {
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: COOKIE_S },
    jwt: { secret: sessionSecret(), maxAge: COOKIE_S },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    useSecureCookies: isHttps(),
    cookies: {
      sessionToken: {
        name: sessionCookie(),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: isHttps() },
      },
    },
    providers: [...formWays(headers, cookies), ...(discord ? [discord.provider] : [])],
    callbacks: {
      signIn: ({ account, user }) => (account?.provider === "discord" && discord ? discord.decide(user) : true),
      // `user` is whom a way to sign in found: here, and nowhere else, a session begins.
      jwt: async ({ token, user, account }) => {
        if (!user) return token;
        const found = account?.provider === "discord" ? discord?.find() : user;
        return { ...(await signIn(signedIn.parse(found), { headers, before: await readSession(headers) })) };
      },
      session: ({ session: view }) => ({ expires: view.expires }),
    },
    events: {
      async signOut({ token }) {
        const ended = session.safeParse(token);
        if (ended.success) await signOut(ended.data, clientOf(headers).address);
      },
    },
    logger: { error: complain, warn() {}, debug() {} },
  };
};

/**
 * Somebody's browser came back from Discord with what is none of ours, or Discord did not answer: one line is enough. What it says of an error
 * is for nobody's log either, as anybody may come so.
 */
const isForeign = (code: string, detail: unknown): boolean =>
  code === "OAUTH_CALLBACK_ERROR" || (code === "OAUTH_CALLBACK_HANDLER_ERROR" && !(detail instanceof Error));

function complain(code: string, detail: unknown): void {
  if (isForeign(code, detail)) console.error("a sign-in with Discord failed");
  else console.error(`next-auth: ${code}`, detail);
}

const signedIn = z.object({
  id: z.string(),
  via: sessionView.shape.via,
  tokenVersion: z.number().int(),
}) satisfies z.ZodType<SignedIn>;

/** What we ask of next-auth. It has more, such as where its own client writes into our log whatever it likes. */
const SPOKEN = /^\/api\/auth\/(csrf|signin|signout|callback|error)(\/|$)/;

/** Answers /api/auth/*: sign-in and sign-out of the browser's forms, and who comes back from Discord. */
export async function serveAuth(request: Request): Promise<Response> {
  try {
    if (!SPOKEN.test(new URL(request.url).pathname)) throw new AppError("not_found", { what: en.server.noOperation });
    if (request.method !== "GET") {
      assertOwnOrigin(request.headers);
      assertSmall(request.headers);
    }
    const cookies: string[] = [];
    const answer = await speakNextAuth(request, options(request.headers, cookies));
    keepNext(request, cookies);
    leadOn(request, answer);
    for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
    keepToTls(request.headers, answer.headers);
    return answer;
  } catch (error) {
    const told = toldOf(error);
    // `url` is where next-auth's own answers carry the code of a refusal.
    const url = `/sign-in?error=${told instanceof Bug ? UNEXPECTED : told.code}`;
    return problemResponse(told, request, { body: { url } });
  }
}

// next-auth reads a body whole; its forms are short, and every browser says how long they are.
function assertSmall(headers: Headers): void {
  const length = headers.get("content-length");
  if (length !== null && Number(length) <= FORM_BYTES) return;
  throw new AppError("body_too_large", { limit: "16 kB" });
}
