import { STATUS_CODES } from "node:http";
import { retryAfter } from "#contracts/errors";
import { PROBLEM, type Problem, problemOf } from "#contracts/problem";
import { en } from "#contracts/words/en";
import { Bug, toldOf, UNEXPECTED } from "./failure";

/** Answers whatever an operation threw (RFC 9457). `more`: members and headers that this answer has besides. */
export function problemResponse(
  error: unknown,
  request: Request,
  more: { body?: object; headers?: Readonly<Record<string, string>> } = {},
): Response {
  const told = toldOf(error);
  const instance = new URL(request.url).pathname;
  const body = told instanceof Bug ? bugOf(told, instance) : problemOf(told, instance);
  const detail = body.code === "not_signed_in" ? howToSignIn(request) : undefined;
  const seconds = told instanceof Bug ? undefined : retryAfter(told);
  return new Response(JSON.stringify({ ...more.body, ...body, ...(detail && { detail }) }), {
    status: body.status,
    headers: {
      "content-type": PROBLEM,
      "cache-control": "no-store",
      ...(seconds !== undefined && { "retry-after": String(seconds) }),
      // RFC 9110, 15.5.2: a 401 names a way in. No browser asks anybody by this one.
      ...(body.status === 401 && { "www-authenticate": "Bearer" }),
      ...more.headers,
    },
  });
}

/** Somebody at a page shows a cookie, and has no key. */
const howToSignIn = ({ headers }: Request): string | undefined =>
  headers.has("cookie") && !headers.has("authorization") ? undefined : keyWords(headers);

/** What a program is told that is not let in. */
export const keyWords = (headers: Headers): string =>
  headers.has("authorization") ? en.server.keyRefused : en.server.keyMissing;

const bugOf = ({ id, message }: Bug, instance: string): Problem => ({
  type: "about:blank",
  title: STATUS_CODES[500] ?? "",
  status: 500,
  detail: message,
  instance,
  code: UNEXPECTED,
  values: { id },
});
