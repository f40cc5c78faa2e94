import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveApi } from "./api";
import { meetRequests } from "./incoming";

/* A server that reads a request as Next does, a piece at a time for whoever asks for it, and refuses it after `taken` bytes. */
let server: Server;
beforeAll(async () => {
  meetRequests();
  server = createServer(async (asked, answer) => {
    const taken = Number(asked.headers.taken ?? 0);
    const body: unknown = asked.method === "GET" ? null : asked;
    const init: RequestInit & { duplex: "half" } = {
      method: asked.method ?? "",
      body: body as BodyInit,
      duplex: "half",
    };
    const request = new Request(`http://web.test${asked.url}`, { ...init, headers: { host: "web.test" } });
    if (asked.url?.startsWith("/api/")) return void answer.end(`answer ${(await serveApi(request)).status}\n`);
    const reader = request.body?.getReader();
    for (let seen = 0; seen < taken; ) seen += (await reader?.read())?.value?.byteLength ?? taken;
    answer.end(`answer to ${asked.url}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const MANY = 4 * 1024 * 1024;
const port = () => (server.address() as AddressInfo).port;

/** Sends all of it, and only then listens, as a program that is busy does; what was heard until the connection was closed. */
const say = (...parts: (string | Buffer)[]) =>
  new Promise<string>((resolve, reject) => {
    let heard = "";
    const socket = connect(port(), "127.0.0.1")
      .on("error", reject)
      .on("close", () => resolve(heard));
    socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))), () =>
      socket.setEncoding("utf8").on("data", (text) => {
        heard += text;
      }),
    );
  });
const head = (line: string, ...more: string[]) => [`${line} HTTP/1.1`, "host: web.test", ...more, "", ""].join("\r\n");

test.each([0, 1, MANY / 2])(
  "after a refusal at %i bytes the next request on the connection is heard",
  async (taken) => {
    const refused = head("PUT /refused", `content-length: ${MANY}`, `taken: ${taken}`);
    const heard = await say(refused, Buffer.alloc(MANY), head("GET /next", "connection: close"));
    expect(heard.match(/answer to .*/g)).toEqual(["answer to /refused", "answer to /next"]);
  },
);

test.each([0, 1, MANY / 2])("a refusal at %i bytes is heard by who wants no further answer", async (taken) => {
  const heard = await say(
    head("PUT /refused", `content-length: ${MANY}`, `taken: ${taken}`, "connection: close"),
    Buffer.alloc(MANY),
  );
  expect(heard.match(/answer to .*/g)).toEqual(["answer to /refused"]);
});

test("an operation that is sent too much refuses it, and the connection goes on", async () => {
  const chunk = ["200000", "x".repeat(2 * 1024 * 1024), "0", "", ""].join("\r\n");
  const heard = await say(
    head("POST /api/v1/sign-in/reset", "transfer-encoding: chunked"),
    chunk,
    head("GET /next", "connection: close"),
  );
  expect(heard.match(/answer .*/g)).toEqual(["answer 413", "answer to /next"]);
});
