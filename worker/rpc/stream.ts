import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "#contracts/errors";
import { logFileQuery } from "#contracts/rpc";
import type { Logs, Supervisor } from "../ports/index";

type Ports = { supervisor: Pick<Supervisor, "awake" | "get">; logs: Pick<Logs, "file"> };

/**
 * Answers GET /log: a stretch of a log as it is read, no faster than it is taken. Settles when all is sent or the other side has
 * gone. What goes wrong before the first piece is thrown; later the connection breaks off, so that half a log is not taken for all.
 */
export async function streamLog({ supervisor, logs }: Ports, request: IncomingMessage, response: ServerResponse) {
  const { searchParams } = new URL(request.url ?? "/", "http://worker");
  const query = logFileQuery.safeParse(Object.fromEntries(searchParams));
  if (!query.success) throw new AppError("bad_input", { detail: "The request names no stretch of a log." });
  const { botId, ...range } = query.data;
  await supervisor.awake(botId);
  if (!supervisor.get(botId)) throw new AppError("not_found", { what: "bot" });

  const pieces = logs.file(botId, range)[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  async function* all() {
    try {
      if (!first.done) yield first.value;
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  await pipeline(Readable.from(all(), { objectMode: false }), response).catch(unlessGone);
}

/** Nobody is left to hear of it when the other side has gone. */
export function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"].includes(String(error.code));
