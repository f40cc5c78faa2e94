import { constants } from "node:fs";
import { pipeline } from "node:stream/promises";
import { AppError } from "#contracts/errors";
import type { Begin, WantedPart } from "../../ports/index";
import { etagOf } from "../entries";
import type { Jail } from "../jail";
import { partsOf, showPath } from "../path";
import { piecesOf } from "./pieces";
import { partOf } from "./range";

/**
 * Sends a file or a part of it, as many bytes as it said; one that becomes shorter meanwhile breaks off. Settles when all is sent.
 * AppError file_missing, file_special, file_not_folder, path_unsafe before it begins; file_changed later.
 */
export function sendFile(jail: Jail, path: string, asked: WantedPart, begin: Begin): Promise<void> {
  return jail.file(partsOf(path), constants.O_RDONLY, async (file) => {
    const stat = await file.stat({ bigint: true });
    const size = Number(stat.size);
    const etag = etagOf(stat);
    const part = partOf(size, etag, asked);
    const headers = { etag: `"${etag}"`, "accept-ranges": "bytes" };
    if (part === "none") {
      begin(416, { ...headers, "content-range": `bytes */${size}`, "content-length": 0 }).end();
      return;
    }
    const { from, to } = part === "whole" ? { from: 0, to: size } : part;
    const range = part !== "whole" && { "content-range": `bytes ${from}-${to - 1}/${size}` };
    const out = begin(range ? 206 : 200, { ...headers, ...range, "content-length": to - from });
    async function* exactly() {
      let sent = 0;
      for await (const piece of piecesOf(file, from, to)) {
        sent += piece.length;
        yield piece;
      }
      if (sent < to - from) throw new AppError("file_changed", { path: showPath(path) });
    }
    await pipeline(exactly(), out);
  });
}
