import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli } from "../tests/support/cli";

let server: Server;
let url: string;
let answer: { status: number; body: string };

beforeEach(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, {
      "content-type": answer.body.startsWith("{") ? "application/json" : "text/html",
    });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(close);

function close() {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

const status = (...more: string[]) =>
  runCli(["status", ...more], { env: { ...process.env, BOTYARD_URL: url, BOTYARD_TOKEN: "" } });

const health = (worker: boolean) => ({
  status: worker ? 200 : 503,
  body: JSON.stringify({ status: worker ? "ok" : "degraded", web: true, worker, database: true, version: "1.2.3" }),
});

test("status says how the panel is, and whether it is well by its exit code", async () => {
  answer = health(true);
  expect(await status()).toEqual({ code: 0, out: "ok: web ok, worker ok, database ok\n", err: "" });
  answer = health(false);
  expect(await status()).toEqual({ code: 1, out: "degraded: web ok, worker away, database ok\n", err: "" });
  const { code, out } = await status("--json");
  expect([code, JSON.parse(out)]).toEqual([1, JSON.parse(answer.body)]);
});

test("a panel that does not answer, or only a proxy before it, is not reachable", async () => {
  answer = { status: 503, body: "<h1>Service Unavailable</h1>" };
  expect(await status()).toMatchObject({ code: 5, err: expect.stringContaining("Botyard behind it does not") });
  expect(JSON.parse((await status("--json", "--nope")).err)).toMatchObject({ error: { code: "bad_input" } });
  await close();
  expect(await status()).toMatchObject({ code: 5, err: expect.stringContaining("Nothing answers") });
});
