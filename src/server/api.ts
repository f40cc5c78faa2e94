import { OpenAPIHandler } from "@orpc/openapi/fetch";
import { ORPCError } from "@orpc/server";
import { AppError, fill } from "#contracts/errors";
import { EDIT_BYTES } from "#contracts/files";
import { en } from "#contracts/words/en";
import { isChunk, serveChunk } from "./chunks";
import { asApiError } from "./failure";
import type { Asked } from "./gate";
import { isHook, serveHook } from "./hooks";
import { isLogFile, serveLogFile } from "./log-file";
import { router } from "./router";
import { isDownload, serveDownload } from "./transfer";

/** The most a body may have, bytes; a text as JSON is up to twice as long, when every sign of it is written with a backslash. */
const BODY_BYTES = 1024 * 1024;
const TEXT_BODY_BYTES = 2 * EDIT_BYTES + 64 * 1024;
const isText = (path: string): boolean => /^\/api\/v1\/bots\/[^/]+\/files\/content$/.test(path);

function limitOf({ method, url }: Request): { limit: number; tooBig: () => AppError } {
  const path = new URL(url).pathname;
  const limit = method === "PUT" && isText(path) ? TEXT_BODY_BYTES : BODY_BYTES;
  const words = { limit: `${Math.floor(limit / 1024 / 1024)} MB` };
  return { limit, tooBig: () => new AppError("bad_input", { detail: fill(en.server.bodyTooBig, words) }) };
}

const handler = new OpenAPIHandler<Asked>(router, {
  interceptors: [
    async ({ next }) => {
      try {
        return await next();
      } catch (error) {
        // Operations answer with their own errors; what is none comes from reading the body.
        throw error instanceof ORPCError ? error : asApiError(unreadable(error));
      }
    },
  ],
});

const unreadable = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError("bad_input", { detail: en.server.bodyUnreadable });

/** Answers a request to /api/**: with JSON, but for the operations that take or give bytes and for webhooks. */
export async function serveApi(request: Request): Promise<Response> {
  const answer: Asked["answer"] = {};
  try {
    if (isHook(request)) return await serveHook(request);
    if (isLogFile(request)) return await serveLogFile(request);
    if (isDownload(request)) return await serveDownload(request);
    if (isChunk(request)) return await serveChunk(request);
    const { response } = await handler.handle(withLimit(request), {
      prefix: "/api",
      context: { headers: request.headers, answer },
    });
    if (!response) throw new AppError("not_found", { what: en.server.noOperation });
    response.headers.set("cache-control", "no-store");
    const { body, headers, status } = response;
    return answer.status === undefined ? response : new Response(body, { headers, status, ...answer });
  } catch (error) {
    const { status, ...failure } = asApiError(error).toJSON();
    return Response.json({ ...failure, status }, { status, headers: { "cache-control": "no-store" } });
  }
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
  );
  const { method, headers, signal } = request;
  const init: RequestInit & { duplex: "half" } = { method, headers, signal, body: counted, duplex: "half" };
  return new Request(request.url, init);
}
