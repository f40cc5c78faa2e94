import NextAuth, { type NextAuthOptions } from "next-auth";
import { cookiesOf } from "./cookies";
import { env } from "./env";

/** Where next-auth's routes lie; what follows names the action and the way to sign in. */
const BASE = "/api/auth/";

/**
 * Lets next-auth answer one request. Spoken to as in a route of Next's pages folder: in the form for the app folder it takes headers and
 * cookies from Next's own surroundings instead of from the request.
 */
export async function speakNextAuth(request: Request, options: NextAuthOptions): Promise<Response> {
  const url = new URL(request.url);
  const answer = recorder();
  const asked = {
    method: request.method,
    headers: { ...Object.fromEntries(request.headers), ...ownAddress() },
    cookies: taken(Object.entries(cookiesOf(request.headers))),
    query: { ...taken(url.searchParams), nextauth: url.pathname.slice(BASE.length).split("/") },
    body: request.method === "POST" ? taken(new URLSearchParams(await request.text())) : {},
  };
  await Reflect.apply(NextAuth, null, [asked, answer, options]);
  return answer.response();
}

/** All but where to go afterwards, which our pages know: next-auth writes what is no address into the log, whoever sent it. */
const taken = (given: Iterable<[string, string]>): Record<string, string> =>
  Object.fromEntries([...given].filter(([name]) => !/callback-?url$/i.test(name)));

/** The address that people use, where it was set: Discord leads back to it. */
function ownAddress(): Record<string, string> {
  const { publicUrl } = env();
  return publicUrl ? { "x-forwarded-host": publicUrl.host, "x-forwarded-proto": publicUrl.protocol.slice(0, -1) } : {};
}

/** What no header carries; an address has it where somebody made up the code of a refusal. */
const UNSENDABLE = /[^ -~]/gu;

/** What next-auth answers with, kept until it is whole. */
function recorder() {
  const kept = new Map<string, string | readonly string[]>();
  let status = 200;
  let body: string | null = null;
  return {
    status(code: number) {
      status = code;
      return this;
    },
    getHeader: (name: string) => kept.get(name.toLowerCase()),
    setHeader(name: string, value: string | readonly string[]) {
      kept.set(name.toLowerCase(), value);
      return this;
    },
    json(value: unknown) {
      this.setHeader("content-type", "application/json").send(JSON.stringify(value));
    },
    send(value: unknown) {
      body = typeof value === "string" ? value : JSON.stringify(value);
    },
    end() {},
    response() {
      const headers = new Headers({ "cache-control": "no-store" });
      for (const [name, value] of kept)
        if (typeof value === "string") headers.set(name, value.replace(UNSENDABLE, encodeURIComponent));
        else for (const one of value) headers.append(name, one);
      return new Response(body, { status, headers });
    },
  };
}
