import { get } from "node:http";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { supervised } from "../testing/supervisor";
import { ask, connected, dial, eachOnOwnGateway, ended, mine, open, stage, ticket, watch } from "./testing/stage";

eachOnOwnGateway();

test("a ticket opens one connection, once, by WebSocket and by polling", async () => {
  const text = ticket();
  await connected(dial(text));
  await expect(connected(dial(text))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  await expect(connected(dial(""))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  await expect(connected(dial("x", { auth: {} }))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  const polling = await connected(dial(ticket(), { transports: ["polling"] }));
  expect((await watch(polling, { topic: `bot:${mine}` })).live[mine]).toEqual({ ...supervised(), samples: [] });
});

test("another site's page is refused before its ticket is looked at", async () => {
  const foreign = dial(ticket(), { extraHeaders: { origin: "http://evil.test" } });
  await expect(connected(foreign)).rejects.toThrow();
  const own = dial(ticket(), { extraHeaders: { origin: "https://panel.test", "x-forwarded-host": "panel.test" } });
  await connected(own);
  const status = await new Promise((resolve) => {
    const url = `http://127.0.0.1:${stage.gateway.port}/socket.io/?EIO=4&transport=polling`;
    get(url, { headers: { origin: "http://evil.test" } }, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers["access-control-allow-origin"]]);
    });
  });
  expect(status).toEqual([403, undefined]);
});

test("requests are bounded, parsed, and survive nonsense", async () => {
  const socket = await open();
  expect(await ask(socket, "watch", { topic: "nonsense" })).toMatchObject({ ok: false, code: "bad_input" });
  expect(await ask(socket, "watch")).toMatchObject({ ok: false, code: "bad_input" });
  // What is typed goes through the API, which remembers who typed.
  expect(await ask(socket, "input", { botId: mine, text: "x" })).toMatchObject({ ok: false, code: "bad_input" });
  expect(stage.bots.asked).toEqual([]);
  expect(await ask(socket, "shutdown", {})).toMatchObject({ ok: false, code: "bad_input" });
  expect(await ask(socket, "constructor", {})).toMatchObject({ ok: false, code: "bad_input" });
  socket.emit("watch"); // Nobody waits for the answer.
  const many = await Promise.all(Array.from({ length: 30 }, () => ask(socket, "unwatch", { topic: "host" })));
  expect(z.array(z.object({ code: z.string().optional() })).parse(many)).toContainEqual({ code: "too_many_tries" });
});

test("one key opens so many connections, and with all of them keeps its maker's browser out of nothing", async () => {
  const many = await Promise.allSettled(Array.from({ length: 25 }, () => open({ keyId: "k1" })));
  const refused = many.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(5);
  expect(refused[0]).toMatchObject({ data: { code: "streams_many", values: { most: 20 } } });
  await Promise.all([open(), open({ keyId: "k2" })]);
  stage.sockets[0]?.disconnect();
  await vi.waitFor(() => open({ keyId: "k1" }));
});

test("a connection that floods, or sends a frame too large, is ended; the others stay", async () => {
  const [flooding, large, quiet] = await Promise.all([open(), open(), open()]);
  const ends = Promise.all([ended(flooding), ended(large)]);
  for (let i = 0; i < 400; i++) flooding.emit("unwatch", { topic: "host" });
  large.emit("watch", { topic: `bot:${"x".repeat(100_000)}` });
  await ends;
  expect(await ask(quiet, "unwatch", { topic: "host" })).toEqual({ ok: true });
});
