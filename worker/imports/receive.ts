import { constants } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "#contracts/errors";
import { CHUNK_BYTES } from "#contracts/import";
import { clash, refuse, showBytes, topFolder, unsafePath } from "../incoming/paths";

/** A file that was announced, and how much of it is here. It lies under its number until all is complete. */
export type Incoming = { path: string; size: number; received: number };

/** Checks an announcement before any byte comes. AppError path_unsafe, upload_over_quota. */
export function announce(files: readonly { path: string; size: number }[], limit: number): Incoming[] {
  for (const { path } of files) {
    const why = unsafePath(path);
    if (why) throw refuse("path_unsafe", path, why);
  }
  const twice = clash(files.map(({ path }) => path));
  if (twice) throw refuse("path_unsafe", ...twice);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > limit) throw new AppError("upload_over_quota", { size: showBytes(total), limit: showBytes(limit) });
  return files.map(({ path, size }) => ({ path, size, received: 0 }));
}

/** Creates the empty places that the chunks go to. */
export async function makeRoom(folder: string, files: readonly Incoming[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const index of files.keys()) await (await open(join(folder, String(index)), "wx", 0o644)).close();
}

/**
 * Appends a chunk to its file. Bytes are counted while they arrive; a chunk that breaks off or has too many is
 * taken back, so that the file always ends where `received` says.
 */
export async function receive(
  folder: string,
  index: number,
  file: Incoming,
  { offset, body, signal }: { offset: number; body: AsyncIterable<Uint8Array>; signal: AbortSignal },
): Promise<void> {
  if (offset !== file.received) throw new AppError("upload_out_of_order", { expected: file.received, got: offset });
  const target = await open(join(folder, String(index)), constants.O_WRONLY | constants.O_NOFOLLOW);
  let here = 0;
  let whole = false;
  try {
    for await (const piece of untilAborted(body, signal)) {
      here += piece.byteLength;
      if (here > CHUNK_BYTES) throw new AppError("chunk_too_big", { limit: showBytes(CHUNK_BYTES) });
      if (offset + here > file.size)
        throw new AppError("upload_too_long", { path: file.path, announced: showBytes(file.size) });
      await writeAll(target, piece, offset + here - piece.byteLength);
    }
    whole = true;
    file.received = offset + here;
  } finally {
    if (!whole) await target.truncate(offset);
    await target.close();
  }
}

/** The pieces of a body until the import ends: a sender who goes quiet must not hold it up. */
async function* untilAborted(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new AppError("import_gone"));
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

async function writeAll(target: Awaited<ReturnType<typeof open>>, piece: Uint8Array, position: number) {
  for (let done = 0; done < piece.byteLength; ) {
    const { bytesWritten } = await target.write(piece, done, piece.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** Gives complete files their own names under `folder`, without the one folder they all lie in. */
export async function settle(incoming: string, files: readonly Incoming[], folder: string): Promise<void> {
  const top = topFolder(files.map(({ path }) => path));
  await mkdir(folder, { recursive: true });
  for (const [index, { path }] of files.entries()) {
    const target = join(folder, top === undefined ? path : path.slice(top.length + 1));
    await mkdir(dirname(target), { recursive: true });
    await rename(join(incoming, String(index)), target);
  }
}
