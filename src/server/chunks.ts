import type { Actor } from "#contracts/access";
import { imports } from "#contracts/api/imports";
import { transfers } from "#contracts/api/transfer";
import { AppError } from "#contracts/errors";
import { CHUNK_BYTES, type ImportView } from "#contracts/import";
import type { TransferView } from "#contracts/transfer";
import { en } from "#contracts/words/en";
import { assertMay, assertMayCreate, personOf } from "./access";
import { someoneOf } from "./actor";
import { assertWriteFrom } from "./gate";
import { pathParts } from "./path-parts";
import { parsed } from "./transfer";
import { type Bytes, workerOf } from "./worker";

/*
 * Chunks of uploads: like downloads they are passed on a piece at a time, to the worker (see log-file.ts). Read whole first, as other
 * bodies are, they would stay in memory until the collector finds them: hundreds of megabytes while a large file goes up.
 */

const PATH = /^\/api\/v1\/(?:imports|bots\/([^/]+)\/uploads)\/([^/]+)\/files\/([^/]+)$/;

/** Whether a request brings a chunk. */
export const isChunk = ({ method, url }: Request): boolean => method === "PUT" && PATH.test(new URL(url).pathname);

/** Takes it in, or throws as any operation does. */
export async function serveChunk(request: Request): Promise<Response> {
  const actor = await someoneOf(request.headers);
  assertWriteFrom(request.headers, actor);
  const { searchParams } = new URL(request.url);
  const [botId, id, file] = pathParts(PATH, request);
  const place = { query: Object.fromEntries(searchParams), body: new Blob() };
  const answer =
    botId === undefined
      ? await toImport(actor, request, { ...place, params: { importId: id, file } })
      : await toUpload(actor, request, botId, { ...place, params: { botId, transferId: id, file } });
  return Response.json(answer, { headers: { "cache-control": "no-store" } });
}

async function toImport(actor: Actor, request: Request, place: unknown): Promise<ImportView> {
  const owner = assertMayCreate(actor);
  const { params, query } = await parsed(imports.chunk["~orpc"].inputSchema, place);
  const still = async () => void assertMayCreate(await someoneOf(request.headers));
  return workerOf().chunk({ owner, ...params, ...query }, bytesOf(request, still));
}

/** Each asks again whether it may be: who lost access gets no further. */
async function toUpload(actor: Actor, request: Request, botId: string, place: unknown): Promise<TransferView> {
  const { nodeId } = await assertMay(actor, "file:upload", botId);
  const { params, query } = await parsed(transfers.chunk["~orpc"].inputSchema, place);
  const still = async () => void (await assertMay(await someoneOf(request.headers), "file:upload", botId));
  return workerOf(nodeId).uploadChunk({ owner: personOf(actor), ...params, ...query }, bytesOf(request, still));
}

function brokenOff(): never {
  throw new AppError("bad_input", { detail: en.server.bodyBrokenOff });
}

const tooBig = () => new AppError("chunk_too_big", { limit: "8 MB" });

/** A chunk that takes longer than this is asked about again while it comes, ms. */
const STILL_MS = 3_000;

function bytesOf({ headers, body }: Request, still: () => Promise<void>): Bytes {
  const told = headers.get("content-length");
  const length = told === null ? undefined : Number(told);
  if (length !== undefined && length > CHUNK_BYTES) throw tooBig();
  return { length, pieces: counted(body, still) };
}

// Counted while it arrives: a length may be left out.
async function* counted(
  body: ReadableStream<Uint8Array> | null,
  still: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  let askedAt = Date.now();
  for (let seen = 0; reader; ) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) return;
    seen += value.byteLength;
    if (seen > CHUNK_BYTES) throw tooBig();
    if (Date.now() - askedAt > STILL_MS) {
      await still();
      askedAt = Date.now();
    }
    yield value;
  }
}
