import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { CHUNK_BYTES } from "#contracts/import";
import { showBytes } from "./paths";

/** A file that was announced, and how much of it is here. */
export type Incoming = { path: string; size: number; received: number };

/** A piece of a file as it comes; `signal` ends it whatever its sender does, with its reason. */
export type Chunk = { offset: number; body: AsyncIterable<Uint8Array>; signal: AbortSignal };

/**
 * Appends a chunk to the file at `target`, which is made when it is not there, and moves `received`. Bytes are counted while they arrive;
 * a chunk that breaks off or has too many is taken back, so that the file always ends where `received` says. AppError
 * upload_out_of_order, upload_too_long, chunk_too_big.
 */
export async function receiveChunk(target: string, file: Incoming, { offset, body, signal }: Chunk): Promise<void> {
  if (offset !== file.received) throw new AppError("upload_out_of_order", { expected: file.received, got: offset });
  const handle = await open(target, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  let here = 0;
  let whole = false;
  try {
    for await (const piece of untilAborted(body, signal)) {
      here += piece.byteLength;
      if (here > CHUNK_BYTES) throw new AppError("chunk_too_big", { limit: showBytes(CHUNK_BYTES) });
      if (offset + here > file.size)
        throw new AppError("upload_too_long", { path: file.path, announced: showBytes(file.size) });
      await writeAll(handle, piece, offset + here - piece.byteLength);
    }
    whole = true;
    file.received = offset + here;
  } finally {
    if (!whole) await handle.truncate(offset);
    await handle.close();
  }
}

/** The pieces of a body until it is no longer wanted: a sender who goes quiet must not hold it up. */
async function* untilAborted(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  aborted.catch(() => undefined);
  if (signal.aborted) stop();
  try {
    for (;;) {
      const { done, value } = await Promise.race([pieces.next(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // The body is left as it is: ending a request's stream here would tear down the socket that the refusal goes out on.
  }
}

async function writeAll(target: FileHandle, piece: Uint8Array, position: number) {
  for (let done = 0; done < piece.byteLength; ) {
    const { bytesWritten } = await target.write(piece, done, piece.byteLength - done, position + done);
    done += bytesWritten;
  }
}
