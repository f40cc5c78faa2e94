import type { NextAuthOptions } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import { sessionView } from "#contracts/api/sign-in";
import { AppError } from "#contracts/errors";
import { clientOf } from "./address";
import { speakNextAuth } from "./auth-answer";
import { env } from "./env";
import { asAppError } from "./failure";
import { assertOwnOrigin } from "./origin";
import { problemResponse } from "./problem";
import { secret } from "./secrets";
import { SESSION, type SessionCode } from "./sessions";
import { checkPassword, type SignedIn, signIn, signOut } from "./sign-in";

/** How long a cookie is kept, seconds; whether it still opens anything, the session's row says. */
const COOKIE_S = SESSION.longestMs / 1000;

/** The session cookie. The `__Secure-` name is one that browsers take over https only. */
export const sessionCookie = (): string => `${isHttps() ? "__Secure-" : ""}botyard.session`;

const isHttps = (): boolean => env().publicUrl?.protocol === "https:";

/** Length of a sign-in form at most, bytes. */
const FORM_BYTES = 16 * 1024;

const session = z.object({ code: z.string().min(1), tokenVersion: z.number().int() }) satisfies z.ZodType<SessionCode>;

/** What the session cookie of a request says, if it carries one that we signed and that has not run out. */
export async function readSession(headers: Headers): Promise<SessionCode | null> {
  const name = `${sessionCookie()}=`;
  const cookies = (headers.get("cookie") ?? "").split(";").map((one) => one.trim());
  const token = cookies.find((one) => one.startsWith(name))?.slice(name.length);
  if (!token) return null;
  try {
    return session.safeParse(await decode({ token, secret: sessionSecret() })).data ?? null;
  } catch {
    // Not ours, or made with a key that is gone: nobody is signed in.
    return null;
  }
}

/** The session cookie as an answer sets it, where a session goes on under a new code; a new one begins at `serveAuth` only. */
export async function sessionCookieWith(code: SessionCode): Promise<string> {
  const token = await encode({ token: { ...code }, secret: sessionSecret(), maxAge: COOKIE_S });
  const secure = isHttps() ? "; Secure" : "";
  return `${sessionCookie()}=${token}; Path=/; Max-Age=${COOKIE_S}; HttpOnly; SameSite=Lax${secure}`;
}

// next-auth derives its own keys from a text.
const sessionSecret = (): string => secret("sessionKey").toString("hex");

const credentials = z.object({ email: z.string().max(254), password: z.string().max(200) });

const options = (headers: Headers): NextAuthOptions => ({
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
  providers: [
    Credentials({
      credentials: { email: { type: "email" }, password: { type: "password" } },
      authorize: sayingWhy(async (given) => {
        const read = credentials.safeParse(given);
        if (!read.success) throw new AppError("sign_in_failed");
        const { id } = await checkPassword(read.data.email, read.data.password, clientOf(headers).address);
        return { id, via: "password" };
      }),
    }),
  ],
  callbacks: {
    // `user` is what a way to sign in found: here, and nowhere else, a session begins.
    jwt: async ({ token, user }) => {
      if (!user) return token;
      return { ...(await signIn(signedIn.parse(user), { headers, before: await readSession(headers) })) };
    },
    session: ({ session: view }) => ({ expires: view.expires }),
  },
  events: {
    async signOut({ token }) {
      const ended = session.safeParse(token);
      if (ended.success) await signOut(ended.data, clientOf(headers).address);
    },
  },
  logger: { error: (code, detail) => console.error(`next-auth: ${code}`, detail), warn() {}, debug() {} },
});

const signedIn = z.object({ id: z.string(), via: sessionView.shape.via }) satisfies z.ZodType<SignedIn>;

/** A way to sign in, whose refusals reach the form. */
const sayingWhy =
  <Given>(check: (given: Given) => Promise<SignedIn>) =>
  async (given: Given): Promise<SignedIn> => {
    try {
      return await check(given);
    } catch (error) {
      throw new Error(refusalText(asAppError(error)));
    }
  };

// next-auth carries one string back to the form: `code?name=value`.
function refusalText({ code, values }: AppError): string {
  const entries = Object.entries(values).map(([name, value]) => [name, String(value)]);
  return entries.length === 0 ? code : `${code}?${new URLSearchParams(entries)}`;
}

/** Answers /api/auth/*: sign-in and sign-out of the browser's forms. */
export async function serveAuth(request: Request): Promise<Response> {
  if (request.method !== "GET") {
    try {
      assertOwnOrigin(request.headers);
      assertSmall(request.headers);
    } catch (error) {
      // `url` is where next-auth's own answers carry the code of a refusal.
      return problemResponse(error, request, { body: { url: `/sign-in?error=${asAppError(error).code}` } });
    }
  }
  return speakNextAuth(request, options(request.headers));
}

// next-auth reads a body whole; its forms are short, and every browser says how long they are.
function assertSmall(headers: Headers): void {
  const length = headers.get("content-length");
  if (length !== null && Number(length) <= FORM_BYTES) return;
  throw new AppError("body_too_large", { limit: "16 kB" });
}
