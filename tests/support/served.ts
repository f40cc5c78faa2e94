import { createServer } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { serveApi } from "../../src/server/api";
import { serveAuth } from "../../src/server/auth";
import { env } from "../../src/server/env";
import { mark } from "../../src/server/incoming";
import { serveMcp } from "../../src/server/tools/mcp";

/** What answers a path, as the folders of src/app say it. */
const routeOf = (path: string) =>
  path.startsWith("/api/mcp") ? serveMcp : path.startsWith("/api/auth/") ? serveAuth : serveApi;

/** The API and the live connection behind a real port of this machine, for what speaks to it from outside; `close` ends it. */
export async function serve(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (asked, answer) => {
    mark(asked);
    const headers = new Headers(
      Object.entries(asked.headers).flatMap(([key, value]) => (value ? [[key, `${value}`]] : [])),
    );
    const { method = "GET", url = "/" } = asked;
    const body = method === "GET" || method === "HEAD" ? null : Readable.toWeb(asked);
    const gone = new AbortController();
    answer.once("close", () => gone.abort());
    const init = { method, headers, body, duplex: "half", signal: gone.signal };
    const answered = await routeOf(url)(new Request(`http://127.0.0.1${url}`, init as RequestInit));
    answer.writeHead(answered.status, [...answered.headers].flat());
    // As it comes: some answers have no end.
    if (answered.body)
      Readable.fromWeb(answered.body as ReadableStream)
        .on("error", () => void answer.destroy())
        .pipe(answer);
    else answer.end();
  });
  // As the rewrites of next.config.mjs do.
  server.on("upgrade", (asked, socket, first) => {
    const gateway = connect(env().gatewayPort, "127.0.0.1", () => {
      const { rawHeaders: raw } = asked;
      const lines = raw.flatMap((name, n) => (n % 2 === 0 ? [`${name}: ${raw[n + 1]}`] : []));
      gateway.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      gateway.write(first);
      gateway.pipe(socket).pipe(gateway);
    });
    gateway.on("error", () => socket.destroy());
    socket.on("error", () => gateway.destroy());
  });
  // As the web does, see ecosystem.config.js.
  server.keepAliveTimeout = 75_000;
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
