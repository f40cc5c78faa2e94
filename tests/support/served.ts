import { createServer } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { serveApi } from "../../src/server/api";
import { serveMcp } from "../../src/server/tools/mcp";

/** The API behind a real port of this machine, for what speaks to it from outside; `close` ends it. */
export async function serve(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (asked, answer) => {
    const headers = new Headers(
      Object.entries(asked.headers).flatMap(([key, value]) => (value ? [[key, `${value}`]] : [])),
    );
    headers.set("x-botyard-peer", asked.socket.remoteAddress ?? "");
    const { method = "GET", url = "/" } = asked;
    const body = method === "GET" || method === "HEAD" ? null : Readable.toWeb(asked);
    const gone = new AbortController();
    answer.once("close", () => gone.abort());
    const init = { method, headers, body, duplex: "half", signal: gone.signal };
    const route = url.startsWith("/api/mcp") ? serveMcp : serveApi;
    const answered = await route(new Request(`http://127.0.0.1${url}`, init as RequestInit));
    answer.writeHead(answered.status, Object.fromEntries(answered.headers));
    // As it comes: some answers have no end.
    if (answered.body)
      Readable.fromWeb(answered.body as ReadableStream)
        .on("error", () => void answer.destroy())
        .pipe(answer);
    else answer.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
