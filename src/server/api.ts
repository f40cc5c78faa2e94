import { OpenAPIHandler } from "@orpc/openapi/fetch";
import { AppError } from "#contracts/errors";
import { EDIT_BYTES } from "#contracts/files";
import { en } from "#contracts/words/en";
import { isAuditFile, serveAuditFile } from "./audit-log/index";
import { isChunk, serveChunk } from "./chunks";
import { keepToTls } from "./cookies";
import { Bug } from "./failure";
import type { Asked } from "./gate";
import { isHook, serveHook } from "./hooks";
import { once } from "./idempotency";
import { inTurn } from "./in-turn";
import { isLogFile, serveLogFile } from "./log-file";
import { isOnBot, methodsOf } from "./methods";
import { assertMarked, etagOf, isKnown, withPrecondition } from "./precondition";
import { problemResponse } from "./problem";
import { router } from "./router";
import { isStream, serveStream } from "./streams/index";
import { isDownload, serveDownload } from "./transfer";
import { readWhole } from "./whole";

/** The most a body may have, bytes; a text as JSON is up to twice as long, when every sign of it is written with a backslash. */
const BODY_BYTES = 1024 * 1024;
const TEXT_BODY_BYTES = 2 * EDIT_BYTES + 64 * 1024;
const isText = (path: string): boolean => /^\/api\/v1\/bots\/[^/]+\/files\/content$/.test(path);

function limitOf({ method, url }: Request): { limit: number; tooBig: () => AppError } {
  const path = new URL(url).pathname;
  const limit = method === "PUT" && isText(path) ? TEXT_BODY_BYTES : BODY_BYTES;
  return { limit, tooBig: () => new AppError("body_too_large", { limit: `${Math.floor(limit / 1024 / 1024)} MB` }) };
}

const handler = new OpenAPIHandler<Asked>(router, {
  rootInterceptors: [
    // Anything but an object would be passed over, as if nothing had been sent.
    ({ next, request, ...rest }) => {
      const body = async () => {
        const read = await request.body();
        if (read === "") return undefined;
        if (read === undefined || (typeof read === "object" && read !== null && !Array.isArray(read))) return read;
        throw new AppError("bad_input", { detail: en.server.bodyNoObject });
      };
      return next({ ...rest, request: { ...request, body } });
    },
  ],
  interceptors: [
    async ({ next, context }) => {
      try {
        return await next();
      } catch (error) {
        // Operations throw what they tell; what is neither comes from reading the body. The library's own form of it is not what is answered.
        context.answer.failure = error instanceof AppError || error instanceof Bug ? error : unreadable();
        throw error;
      }
    },
  ],
});

const unreadable = (): AppError => new AppError("bad_input", { detail: en.server.bodyUnreadable });

/** Answers a request to /api/**: with JSON, but for the operations that take or give bytes; failures as problem details. */
export async function serveApi(request: Request): Promise<Response> {
  if (request.method === "HEAD") return headOf(await serveApi(new Request(request, { method: "GET" })));
  try {
    if (isHook(request)) return await serveHook(request);
    if (isLogFile(request)) return await serveLogFile(request);
    if (isAuditFile(request)) return await serveAuditFile(request);
    if (isDownload(request)) return await serveDownload(request);
    if (isStream(request)) return await serveStream(request);
    if (isChunk(request)) return await serveChunk(request);
    assertJson(request);
    return await once(withLimit(request), serveOperation);
  } catch (error) {
    return problemResponse(error, request);
  }
}

/** What a GET would be answered with, without its body. */
async function headOf({ status, headers, body }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, headers });
}

/** Of changes of what is no bot's that are held to If-Match, one looks and changes at a time (precondition.ts says how those of a bot are). */
async function serveOperation(request: Request): Promise<Response> {
  const { method, url, headers } = request;
  const { pathname } = new URL(url);
  const expected = headers.get("if-match");
  if (method === "GET" || expected === null || isOnBot(pathname, method)) return serveOne(request);
  const { again } = await readWhole(request);
  return inTurn(`If-Match ${pathname}`, async () => {
    const now = await serveOne(
      new Request(url, { headers: new Headers([...headers].filter(([name]) => !name.startsWith("if-"))) }),
    );
    assertMarked(expected, now.headers.get("etag"));
    return serveOne(again);
  });
}

async function serveOne(request: Request): Promise<Response> {
  const answer: Asked["answer"] = {};
  const { done, revision } = await withPrecondition(request.headers, () =>
    handler.handle(request, { prefix: "/api", context: { headers: request.headers, answer } }),
  );
  if (!done.response) return refuseAddress(request);
  if (answer.failure) throw answer.failure;
  const { body, headers, status } = done.response;
  headers.set("cache-control", "no-store");
  if (revision !== undefined) headers.set("etag", `"${revision}"`);
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value);
  keepToTls(request.headers, headers);
  if (request.method !== "GET" || answer.status !== undefined)
    return new Response(body, { headers, status: answer.status ?? status });
  const text = await done.response.text();
  const etag = etagOf(text, answer.revision);
  headers.set("etag", etag);
  if (!isKnown(request.headers, etag)) return new Response(text, { headers, status });
  headers.delete("content-type");
  return new Response(null, { headers, status: 304 });
}

// No operation: either there is no such address, or it is asked with another method.
function refuseAddress(request: Request): Response {
  const methods = methodsOf(new URL(request.url).pathname);
  if (methods.length === 0) throw new AppError("not_found", { what: en.server.noOperation });
  const allowed = methods.join(", ");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow: allowed } });
  const error = new AppError("method_unknown", { method: request.method, allowed });
  return problemResponse(error, request, { headers: { allow: allowed } });
}

/** Forms and files are no JSON, and what browsers send of themselves from other sites is one of them. */
function assertJson({ headers, body }: Request): void {
  const type = headers.get("content-type");
  if (!body || type === null || headers.get("content-length") === "0") return;
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new AppError("media_type_unknown", { type: type.slice(0, 100) });
}

// Counted while it arrives: a length may be left out or be a lie.
function withLimit(request: Request): Request {
  const { limit, tooBig } = limitOf(request);
  if (Number(request.headers.get("content-length")) > limit) throw tooBig();
  if (!request.body) return request;
  let seen = 0;
  const counted = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        seen += part.byteLength;
        if (seen > limit) controller.error(tooBig());
        else controller.enqueue(part);
      },
    }),
    // Node reads nothing more from a connection whose request was cancelled: see early-answer.ts.
    { preventCancel: true },
  );
  const { method, headers, signal } = request;
  const init: RequestInit & { duplex: "half" } = { method, headers, signal, body: counted, duplex: "half" };
  return new Request(request.url, init);
}
