import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "#contracts/errors";
import { archiveBytesQuery, fileBytesQuery, uploadChunkQuery } from "#contracts/rpc";
import { transferView } from "#contracts/transfer";
import type { Begin, Transfers } from "../ports/index";
import { unlessGone } from "./stream";

type Ports = { transfers: Pick<Transfers, "hiding" | "chunk"> };

/** Answers GET /file and GET /archive. What goes wrong before the first byte is thrown; later the connection breaks off. */
export async function sendFileBytes({ transfers }: Ports, request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://worker");
  const begin: Begin = (status, headers) => response.writeHead(status, headers);
  const lists = { names: searchParams.getAll("names"), hidden: searchParams.getAll("hidden") };
  const query = { ...Object.fromEntries(searchParams), ...lists };
  if (pathname === "/file") {
    const { range, "if-range": ifRange } = request.headers;
    const { botId, path, hidden } = parsed(fileBytesQuery.safeParse(query));
    // Node joins what stands twice: then it is no range, and the whole file is sent.
    return transfers.hiding(hidden).file(botId, path, { range, ifRange: ifRange?.toString() }, begin).catch(unlessGone);
  }
  const { botId, hidden, format, ...selection } = parsed(archiveBytesQuery.safeParse(query));
  return transfers.hiding(hidden).archive(botId, selection, format, begin).catch(unlessGone);
}

/** Answers PUT /upload: a chunk of a file. */
export async function receiveUpload({ transfers }: Ports, { searchParams }: URL, body: AsyncIterable<Uint8Array>) {
  const query = parsed(uploadChunkQuery.safeParse(Object.fromEntries(searchParams)));
  const { botId, owner, ...chunk } = query;
  return transferView.parse(await transfers.chunk(botId, owner, { ...chunk, body }));
}

function parsed<Data>(read: { success: true; data: Data } | { success: false }): Data {
  if (!read.success) throw new AppError("bad_input", { detail: "The request names no files." });
  return read.data;
}
