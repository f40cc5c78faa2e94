import { describe, expect, it } from "vitest";
import { cleanToken, tokenShape } from "./token-shape";

// Put together here, so that no scanner takes it for a leaked one.
const token = [Buffer.from("123456789012345678").toString("base64url"), "GaBcDe", "x".repeat(38)].join(".");

describe("tokenShape", () => {
  it("knows a token from what people paste instead", () => {
    expect(tokenShape(token)).toBe("good");
    expect(tokenShape("")).toBe("empty");
    for (const other of ["123456789012345678", token.slice(0, 30), token.replaceAll(".", ""), `${token} x`, "a.b.c"]) {
      expect(tokenShape(other), other).toBe("wrong");
    }
  });
});

describe("cleanToken", () => {
  it.each([
    `  ${token}\n`,
    `"${token}"`,
    `DISCORD_TOKEN=${token}`,
    `export DISCORD_TOKEN = "${token}";`,
    `Bot ${token}`,
    `\ufeff${token}\u200b`,
  ])("takes off what stands around it: %s", (pasted) => {
    expect(cleanToken(pasted)).toBe(token);
  });

  it("leaves other text recognisable", () => {
    expect(cleanToken("hello world")).toBe("hello world");
    expect(cleanToken("")).toBe("");
  });
});
