import NextAuth, { type NextAuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { clientOf } from "./address";
import { env } from "./env";
import { asAppError } from "./failure";
import { assertOwnOrigin } from "./origin";
import { problemResponse } from "./problem";
import { secret } from "./secrets";
import { checkPassword } from "./sign-in";

/** How long a session lasts without use, seconds: a week. */
const SESSION_S = 7 * 24 * 3_600;

/** The session cookie. The `__Secure-` name is one that browsers take over https only. */
export const sessionCookie = (): string => `${isHttps() ? "__Secure-" : ""}botyard.session`;

const isHttps = (): boolean => env().publicUrl?.protocol === "https:";

/** Length of a sign-in form at most, bytes. */
const FORM_BYTES = 16 * 1024;

/** What a session carries. `tokenVersion` is compared with the person's row at every ask, so that it can be ended. */
const session = z.object({ userId: z.string().min(1), tokenVersion: z.number().int() });
export type Session = z.infer<typeof session>;

/** The session of a request, if it carries one that we signed and that has not run out. */
export async function readSession(headers: Headers): Promise<Session | null> {
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

// next-auth derives its own keys from a text.
const sessionSecret = (): string => secret("sessionKey").toString("hex");

const credentials = z.object({ email: z.string().max(254), password: z.string().max(200) });

const options = (): NextAuthOptions => ({
  secret: sessionSecret(),
  session: { strategy: "jwt", maxAge: SESSION_S },
  jwt: { secret: sessionSecret(), maxAge: SESSION_S },
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
      async authorize(given, request) {
        try {
          const read = credentials.safeParse(given);
          if (!read.success) throw new AppError("sign_in_failed");
          const { address } = clientOf(new Headers(stringsOf(request.headers)));
          return await checkPassword(read.data.email, read.data.password, address);
        } catch (error) {
          throw new Error(refusalText(asAppError(error)));
        }
      },
    }),
  ],
  callbacks: {
    jwt: ({ token, user }) => (user ? session.parse({ ...user, userId: user.id }) : token),
    session: ({ session: view }) => ({ expires: view.expires }),
  },
  logger: { error: (code, detail) => console.error(`next-auth: ${code}`, detail), warn() {}, debug() {} },
});

// next-auth carries one string back to the form: `code?name=value`.
function refusalText({ code, values }: AppError): string {
  const entries = Object.entries(values).map(([name, value]) => [name, String(value)]);
  return entries.length === 0 ? code : `${code}?${new URLSearchParams(entries)}`;
}

const stringsOf = (headers: Record<string, unknown> | undefined): [string, string][] =>
  Object.entries(headers ?? {}).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** Answers /api/auth/*: sign-in and sign-out of the browser's form. */
export async function serveAuth(request: Request, context: RouteContext): Promise<Response> {
  if (request.method !== "GET") {
    try {
      assertOwnOrigin(request.headers);
      assertSmall(request.headers);
    } catch (error) {
      // `url` is where next-auth's own answers carry the code of a refusal.
      return problemResponse(error, request, { body: { url: `/sign-in?error=${asAppError(error).code}` } });
    }
  }
  return NextAuth(options())(request, context);
}

// next-auth reads a body whole; its forms are short, and every browser says how long they are.
function assertSmall(headers: Headers): void {
  const length = headers.get("content-length");
  if (length !== null && Number(length) <= FORM_BYTES) return;
  throw new AppError("body_too_large", { limit: "16 kB" });
}
