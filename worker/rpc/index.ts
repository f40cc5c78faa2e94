import { chmod } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { AppError, errorTable } from "#contracts/errors";
import { importView } from "#contracts/import";
import { chunkQuery, type RpcName } from "#contracts/rpc";
import { letPass, readChunk, readJson } from "./body";
import { receiveUpload, sendFileBytes } from "./file-bytes";
import { streamLog } from "./stream";
import { createVerbs, type RpcPorts } from "./verbs";

/** Answers under way when the worker is told to end get this long, ms. */
const LAST_ANSWERS_MS = 1_000;

/** Names of files and hidden patterns stand in the address, bytes. */
const HEADER_BYTES = 1024 * 1024;

type Options = RpcPorts & {
  /** The Unix socket; only its owner may open it. A file left by a dead worker must be gone. */
  socketPath: string;
  /** Hears of bugs. */
  say?: (text: string) => void;
};

/** Answers the web: POST /rpc/<name> with JSON, PUT /chunk and /upload with bytes, GET /log, /file and /archive for bytes. Expected failures answer with the status of their table row. */
export async function openRpc(options: Options): Promise<{ close(): Promise<void> }> {
  const { socketPath, imports, say = console.error } = options;
  const verbs = createVerbs(options);

  /** `gone`: who asked has gone. */
  async function answer(request: IncomingMessage, gone: AbortSignal): Promise<unknown> {
    const url = new URL(request.url ?? "/", "http://worker");
    const name = url.pathname.slice("/rpc/".length);
    if (request.method === "POST" && url.pathname.startsWith("/rpc/") && isName(name)) {
      return verbs[name](await readJson(request), gone);
    }
    if (request.method === "PUT" && url.pathname === "/chunk") {
      const query = chunkQuery.safeParse(Object.fromEntries(url.searchParams));
      if (!query.success) throw new AppError("bad_input", { detail: "The chunk names no place." });
      const { owner, importId, file, offset } = query.data;
      return importView.parse(await imports.chunk(owner, importId, file, offset, readChunk(request)));
    }
    if (request.method === "PUT" && url.pathname === "/upload") return receiveUpload(options, url, readChunk(request));
    throw new AppError("not_found", { what: "call" });
  }
  const isName = (name: string): name is RpcName => Object.hasOwn(verbs, name);

  /** Calls that are answered with bytes. */
  const streams = new Map<string, typeof streamLog | typeof sendFileBytes>([
    ["GET /log", streamLog],
    ["GET /file", sendFileBytes],
    ["GET /archive", sendFileBytes],
  ]);

  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    const stream = streams.get(`${request.method} ${request.url?.split("?")[0]}`);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const answered = stream
      ? stream(options, request, response)
      : answer(request, gone.signal).then((body) => reply(request, response, 200, body));
    answered.then(
      () => {},
      (error: unknown) => {
        if (error instanceof AppError) {
          return reply(request, response, errorTable[error.code].status, { code: error.code, values: error.values });
        }
        // The caller went away in the middle of its own request: nobody is left to hear of it.
        if (request.destroyed && !request.complete) return;
        say(`${request.method} ${request.url?.split("?")[0]} failed: ${error instanceof Error ? error.stack : error}`);
        reply(request, response, 500, { code: "unexpected", values: {} });
      },
    );
  });
  server.requestTimeout = 120_000;
  server.keepAliveTimeout = 60_000;

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Bound and made private in one step: there is no moment at which others could open it.
    const before = process.umask(0o177);
    try {
      server.listen(socketPath, () => resolve());
    } finally {
      process.umask(before);
    }
  });
  await chmod(socketPath, 0o600);

  let closing: Promise<void> | undefined;
  return {
    close() {
      closing ??= new Promise<void>((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      });
      return closing;
    },
  };
}

function reply(request: IncomingMessage, response: ServerResponse, status: number, body: unknown) {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
  if (!request.complete) letPass(request);
}
