import { createWriteStream } from "node:fs";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openFile, piecesOf } from "../client";
import { Failure } from "../failure";
import type { Progress } from "./progress";

/** What is asked for: an address of the API with its query. */
type Asked = { path: string; query: Readonly<Record<string, string>> };

/**
 * Downloads to `<file>.part`, which gets its name when it is whole. What an earlier try left there is gone on from when it is still the
 * beginning of the same file, by the ETag that stands beside it.
 */
export async function fetchTo(file: string, asked: Asked, progress: Progress): Promise<{ bytes: number }> {
  const [part, note] = [`${file}.part`, `${file}.part.etag`];
  const here = await stat(part).catch(() => undefined);
  const etag = here?.size ? await readFile(note, "utf8").catch(() => "") : "";
  const answer = await openPart(asked, etag && here ? { range: `bytes=${here.size}-`, "if-range": etag } : {});
  const isPart = answer.status === 206;
  const from = isPart ? (here?.size ?? 0) : 0;
  const length = answer.headers.get("content-length");
  const total = length === null ? 0 : from + Number(length);
  let bytes = from;
  try {
    await writeFile(note, answer.headers.get("etag") ?? "", { mode: 0o600 });
    if (!answer.body) throw new Error("the panel sent no bytes");
    const body = Readable.from(piecesOf(answer.body));
    body.on("data", (piece: Uint8Array) => {
      bytes += piece.byteLength;
      progress.show(bytes, total);
    });
    await pipeline(body, createWriteStream(part, { flags: isPart ? "a" : "w", mode: 0o600 }));
    if (total > 0 && bytes !== total) throw new Error("it broke off");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const again = etag !== "" || answer.headers.has("etag") ? " Run it again to go on from there." : "";
    throw new Failure("unexpected", `${file} did not come whole: ${why}.${again}`, 1, error);
  } finally {
    progress.end();
  }
  await rename(part, file);
  await rm(note, { force: true });
  return { bytes };
}

/** What was whole already has no part that follows; then all of it is asked for anew. */
async function openPart({ path, query }: Asked, headers: Readonly<Record<string, string>>): Promise<Response> {
  const answer = await openFile(path, query, { headers, also: [416] });
  if (answer.status !== 416) return answer;
  await answer.body?.cancel();
  return openFile(path, query);
}
