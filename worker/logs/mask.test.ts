import { expect, test } from "vitest";
import { createMask, MASK } from "./mask";

const token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB";

test("a secret is masked as it is, URL-encoded, in base64, and as JSON writes it", () => {
  const secret = 'p&ss "word" 1';
  const mask = createMask([secret]);
  for (const form of [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
    Buffer.from(secret).toString("base64url"),
    JSON.stringify(secret).slice(1, -1),
  ])
    expect(mask(`<${form}>`)).toMatch(new RegExp(`^<${MASK}=*>$`));
  expect(mask("p&ss word")).toBe("p&ss word");
});

test("short values are no secrets, and neither is what a bot without any prints", () => {
  expect(createMask(["12345", ""])("12345 12345")).toBe("12345 12345");
  expect(createMask([])("a.b.c 1.2.3 www.example.com")).toBe("a.b.c 1.2.3 www.example.com");
});

test("of secrets within one another, or that overlap, nothing is left", () => {
  const mask = createMask(["secret", "secret-long-one", "one-and-more", "ecret-"]);
  expect(mask("a secret-long-one-and-more z")).toBe(`a ${MASK} z`);
  expect(mask("secretsecret secret-lon")).toBe(`${MASK} ${MASK}lon`);
  expect(mask("ssecret")).toBe(`s${MASK}`);
});

test("each line of a value that has several is masked by itself", () => {
  const mask = createMask(["-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----"]);
  expect(mask("MIIEvQIBADAN")).toBe(MASK);
  expect(mask('{"key":"MIIEvQIBADAN\\nBgkqhkiG9w0B"}')).toBe(`{"key":"${MASK}\\n${MASK}"}`);
});

test("a Discord token is masked whoever's it is, and what only looks a little like one is not", () => {
  const mask = createMask([]);
  expect(mask(`login with ${token}!`)).toBe(`login with ${MASK}!`);
  expect(mask(`"${token}","${token}"`)).toBe(`"${MASK}","${MASK}"`);
  expect(mask("node_modules/discord.js/src/client.js v14.16.3")).toBe("node_modules/discord.js/src/client.js v14.16.3");
});

test("the end of a cut line shows no beginning of a secret", () => {
  const secret = "correct-horse-battery-staple";
  const mask = createMask([secret]);
  for (let length = 1; length <= secret.length; length++)
    expect(mask(`x ${secret.slice(0, length)}`, true)).toBe(`x ${MASK}`);
  expect(mask(`x ${secret.slice(0, 9)}`)).toBe("x correct-h");
  expect(mask(`x ${token.slice(0, 40)}`, true)).toBe(`x ${MASK}`);
});

test("colours in the middle of a secret do not show it", () => {
  const mask = createMask(["hunter2hunter2"]);
  expect(mask("\u001b[31mhunter2\u001b[39mhunter2\u001b[0m")).toBe(MASK);
  expect(mask("\u001b[31mhunter2hunter2\u001b[0m ok")).toBe(`\u001b[31m${MASK}\u001b[0m ok`);
});

test("secrets longer than what is looked for are masked whole, and what begins like them as far as it agrees", () => {
  const long = Array.from({ length: 3_000 }, (_, at) => String.fromCharCode(97 + ((at * 7919) % 26))).join("");
  const mask = createMask([long, `${long.slice(0, 1_000)}-other`]);
  expect(mask(`a ${long} z`)).toBe(`a ${MASK} z`);
  expect(mask(`a ${long.slice(0, 1_000)}-other z`)).toBe(`a ${MASK} z`);
  expect(mask(`a ${long}${long} z`)).toBe(`a ${MASK} z`);
});

test("neither many secrets nor hostile ones make a line slow: steps, not time, are bounded by its length", () => {
  const same = "a".repeat(30_000);
  const many = Array.from({ length: 200 }, (_, at) => `${same.slice(0, 20_000)}${at}`);
  const mask = createMask(many);
  expect(mask(`${"a".repeat(16_000)} end`)).toBe(`${MASK} end`);
  const unicode = Array.from({ length: 200 }, (_, at) =>
    Array.from({ length: 3_000 }, (_, letter) => String.fromCharCode(0x4e00 + ((letter * 31 + at) % 20_000))).join(""),
  );
  expect(createMask(unicode)(`x ${unicode[7]} y`)).toBe(`x ${MASK} y`);
});

test("against the obvious way, over everything that two letters can make", () => {
  const secrets = ["aababb", "babbab", "abbabba", "aaaaaab"];
  const mask = createMask(secrets);
  for (let bits = 0; bits < 4_096; bits++) {
    const text = bits.toString(2).padStart(12, "0").replaceAll("0", "a").replaceAll("1", "b");
    const hidden = Array.from(text, () => false);
    for (const secret of secrets)
      for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
        hidden.fill(true, at, at + secret.length);
    const expected = Array.from(text, (letter, at) => (hidden[at] ? "#" : letter))
      .join("")
      .replace(/#+/g, MASK);
    // Stretches that touch are one stretch.
    expect(mask(text)).toBe(expected);
  }
});
