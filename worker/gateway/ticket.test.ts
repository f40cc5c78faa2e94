import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { allows, assertAllows } from "./access";
import { isOwnOrigin } from "./origin";
import { createBucket } from "./rate";
import { openGate, verifyTicket } from "./ticket";

const key = Buffer.alloc(32, 7);
const claims = {
  id: "one",
  userId: "u1",
  tokenVersion: 1,
  bots: { abcdefghij: ["bot:view"] },
  issuedAt: 1_000,
  opensUntil: 2_000,
  livesUntil: 9_000,
};
function sign(what: unknown, by: Buffer = key): string {
  const body = Buffer.from(JSON.stringify(what)).toString("base64url");
  return `${body}.${createHmac("sha256", by).update(body).digest("base64url")}`;
}

test("a ticket that was signed with the key says what it says", () => {
  expect(verifyTicket(key, sign(claims), 1_500)).toEqual(claims);
});

test.each([
  ["another key", sign(claims, Buffer.alloc(32, 8)), 1_500],
  ["too late to open", sign(claims), 2_000],
  ["over", sign({ ...claims, livesUntil: 1_400 }), 1_500],
  ["not claims", sign({ userId: "u1" }), 1_500],
  ["an unknown permission", sign({ ...claims, bots: { abcdefghij: ["root"] } }), 1_500],
  ["no text", "", 1_500],
  ["no mac", sign(claims).split(".")[0] ?? "", 1_500],
  ["a short mac", `${sign(claims).split(".")[0]}.aaaa`, 1_500],
  ["a changed body", `e${sign(claims)}`, 1_500],
  ["three parts", `${sign(claims)}.x`, 1_500],
])("refused: %s", (_what, text, now) => {
  expect(() => verifyTicket(key, text, now)).toThrow("live connection was refused");
});

test("a ticket opens once; one from before a drop, or before this gate, opens nothing", () => {
  let now = 1_000;
  const gate = openGate(key, () => now);
  now = 1_500;
  expect(() => gate.admit(sign({ ...claims, issuedAt: 999 }))).toThrow();
  expect(gate.admit(sign(claims)).userId).toBe("u1");
  expect(() => gate.admit(sign(claims))).toThrow();
  gate.forget("u1");
  expect(() => gate.admit(sign({ ...claims, id: "two", issuedAt: 1_500 }))).toThrow();
  expect(gate.admit(sign({ ...claims, id: "three", userId: "u2" })).userId).toBe("u2");
  expect(gate.admit(sign({ ...claims, id: "four", issuedAt: 1_501 })).id).toBe("four");
});

test("a ticket allows what it names and nothing else", () => {
  expect(allows({ bots: "all" }, "console:send", "abcdefghij")).toBe(true);
  expect(allows({ bots: {} }, "self")).toBe(true);
  expect(allows({ bots: {} }, "admin")).toBe(false);
  const some = { bots: { abcdefghij: ["bot:view" as const], klmnopqrst: ["console:read" as const] } };
  expect(allows(some, "bot:view", "abcdefghij")).toBe(true);
  expect(allows(some, "console:read", "abcdefghij")).toBe(false);
  expect(allows(some, "bot:view", "constructor")).toBe(false);
  expect(allows(some, "bot:view")).toBe(false);
  expect(() => assertAllows(some, "console:read", "abcdefghij")).toThrow("console:read");
  expect(() => assertAllows(some, "console:read", "klmnopqrst")).not.toThrow();
  expect(() => assertAllows(some, "console:send", "klmnopqrst")).toThrow("no such bot");
});

test.each([
  [{ origin: "http://panel:3000", host: "panel:3000", upgrade: "websocket" }, true],
  [{ origin: "https://panel", host: "127.0.0.1:3010", "x-forwarded-host": "panel" }, true],
  [{ origin: "https://public.example", host: "x" }, true],
  [{ origin: "https://public.example.evil.test", host: "x" }, false],
  [{ origin: "http://evil.test", host: "panel:3000", upgrade: "websocket" }, false],
  [{ origin: "null", host: "panel:3000" }, false],
  [{ origin: "file://", host: "" }, false],
  [{ host: "panel:3000" }, true],
  [{ host: "panel:3000", cookie: "a=b", "sec-fetch-site": "same-origin" }, true],
  [{ host: "panel:3000", "sec-fetch-site": "cross-site" }, false],
  [{ host: "panel:3000", upgrade: "websocket" }, true],
  [{ host: "panel:3000", upgrade: "websocket", cookie: "a=b" }, false],
])("a handshake with %j: %s", (headers, own) => {
  expect(isOwnOrigin(headers, ["https://public.example"])).toBe(own);
});

test("a bucket lets so many through, and more after a rest", () => {
  let now = 0;
  const bucket = createBucket(10, () => now);
  const taken = (tries: number) => Array.from({ length: tries }, () => bucket.take()).filter(Boolean).length;
  expect(taken(15)).toBe(10);
  now = 300;
  expect(taken(15)).toBe(3);
  now = 10_000;
  expect(taken(15)).toBe(10);
});
