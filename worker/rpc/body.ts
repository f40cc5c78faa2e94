import type { IncomingMessage } from "node:http";
import { AppError } from "#contracts/errors";
import { CHUNK_BYTES } from "#contracts/import";

/** Largest JSON body, bytes: a definition with 200 variables of 32 KB does not come near twice this. */
const JSON_BYTES = 16 * 1024 * 1024;

/** A request's body as JSON; an empty one is {}. AppError bad_input when it is none, or too large. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const tooLarge = () => new AppError("bad_input", { detail: "The request is too large." });
  const parts: Uint8Array[] = [];
  for await (const part of bounded(request, JSON_BYTES, tooLarge)) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new AppError("bad_input", { detail: "The request is no JSON." });
  }
}

/** A request's body as it comes, at most CHUNK_BYTES of it: AppError chunk_too_big beyond, before anything more is read. */
export const readChunk = (request: IncomingMessage): AsyncIterable<Uint8Array> =>
  bounded(request, CHUNK_BYTES, () => new AppError("chunk_too_big", { limit: `${CHUNK_BYTES / 1024 / 1024} MiB` }));

async function* bounded(request: IncomingMessage, limit: number, tooLarge: () => Error): AsyncGenerator<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  let bytes = 0;
  for await (const part of request) {
    const piece: Uint8Array = Buffer.from(part);
    bytes += piece.length;
    if (bytes > limit) throw tooLarge();
    yield piece;
  }
}

/** Lets what is still to come of a refused body go by unread: a sender whose connection closes while it sends loses the answer with it. */
export function letPass(request: IncomingMessage): void {
  // Left by whoever gave up reading: as long as it listens, nothing flows.
  request.removeAllListeners("readable");
  request.resume();
}
