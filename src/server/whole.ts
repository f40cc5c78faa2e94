import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";

/**
 * Reads a body to its end, before its request takes a turn: whoever sends slowly lets nobody wait but themselves. `again`: the request, with
 * what was read. AppError bad_input when it breaks off, body_too_large.
 */
export async function readWhole(request: Request): Promise<{ body: Buffer<ArrayBuffer>; again: Request }> {
  const body = Buffer.from(await request.arrayBuffer().catch(brokenOff));
  const { url, method, headers, signal } = request;
  return { body, again: new Request(url, { method, headers, signal, ...(body.length > 0 && { body }) }) };
}

function brokenOff(error: unknown): never {
  throw error instanceof AppError ? error : new AppError("bad_input", { detail: en.server.bodyBrokenOff });
}
