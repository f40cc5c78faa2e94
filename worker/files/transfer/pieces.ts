import type { FileHandle } from "node:fs/promises";

const PIECE_BYTES = 256 * 1024;

/** The bytes of an open file from one place to before another, a piece at a time, as they are taken; fewer when it ends sooner. */
export async function* piecesOf(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
