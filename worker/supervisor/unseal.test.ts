import { createCipheriv, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { sealedContext } from "#contracts/sealed";
import { createUnseal } from "./unseal";

const key = randomBytes(32);
const seal = (botId: string, name: string, value: string, tagLength = 16) => {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(sealedContext(botId, name)));
  const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return ["v1", ...[iv, cipher.getAuthTag(), text].map((bytes) => bytes.toString("base64url"))].join(".");
};
const unseal = createUnseal(() => key);

it("opens what was sealed for this bot and name, and nothing else", () => {
  const sealed = seal("abcdefghij", "DISCORD_TOKEN", "geheim ✓");
  expect(unseal("abcdefghij", "DISCORD_TOKEN", sealed)).toBe("geheim ✓");
  expect(() => unseal("abcdefghik", "DISCORD_TOKEN", sealed)).toThrow();
  expect(() => unseal("abcdefghij", "OTHER", sealed)).toThrow();
  expect(() => createUnseal(() => randomBytes(32))("abcdefghij", "DISCORD_TOKEN", sealed)).toThrow();
});

it.each([
  ["plain text", "hello"],
  ["an unknown version", seal("abcdefghij", "A", "x").replace("v1", "v2")],
  ["a changed text", `${seal("abcdefghij", "A", "xyz")}AA`],
  ["a short tag", seal("abcdefghij", "A", "x", 4)],
  ["a fifth part", `${seal("abcdefghij", "A", "x")}.AA`],
])("refuses %s", (_name, sealed) => {
  expect(() => unseal("abcdefghij", "A", sealed)).toThrow();
});
