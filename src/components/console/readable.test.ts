import { describe, expect, it } from "vitest";
import { readable } from "./readable";

describe("a line of JSON", () => {
  it("is its message, then its other fields; time and level are said elsewhere", () => {
    const read = readable(
      '{"level":30,"time":1763710627000,"pid":7,"msg":"Logged in","user":"Demo#1","guilds":3,"tags":["a b",1],"note":"two words"}',
    );
    expect(read?.message).toBe("Logged in");
    expect(read?.fields).toEqual([
      ["pid", "7"],
      ["user", "Demo#1"],
      ["guilds", "3"],
      ["tags", '["a b",1]'],
      ["note", '"two words"'],
    ]);
    expect(read?.pretty).toContain('\n  "user": "Demo#1",\n');
  });

  it("shows an error as its name and message, and its stack line by line", () => {
    const read = readable(
      '{"severity":"ERROR","message":"failed","err":{"type":"TypeError","message":"no","stack":"TypeError: no\\n    at f (a.js:1:1)"}}',
    );
    expect(read?.fields).toEqual([["err", "TypeError: no"]]);
    expect(read?.stack).toEqual(["TypeError: no", "    at f (a.js:1:1)"]);
  });

  it.each([
    ["plain text", "hello"],
    ["broken JSON", '{"a":1'],
    ["a list", "[1,2]"],
    ["an empty object", "{}"],
    ["code that looks like it", "{ a: 1 }"],
    ["ids that JavaScript would round", '{"msg":"hi","id":123456789012345678}'],
    ["thousands of brackets", `{"a":${"[".repeat(8_000)}${"]".repeat(8_000)}}`],
  ])("is left as it is when it is %s", (_name, text) => {
    expect(readable(text)).toBeNull();
  });

  it("may speak of ids in its texts", () => {
    expect(readable('{"msg":"joined guild: 123456789012345678","id":"123456789012345678"}')?.fields).toEqual([
      ["id", "123456789012345678"],
    ]);
  });

  it("keeps a cut length for every value and number of fields", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, "x".repeat(40)]));
    expect(readable(JSON.stringify(many))?.fields.length).toBeLessThan(50);
    expect(readable(JSON.stringify({ msg: "m", long: "y".repeat(9_000) }))?.fields[0]?.[1].length).toBeLessThan(200);
  });

  it("takes names from the object itself only", () => {
    expect(readable('{"__proto__":{"msg":"x"},"a":1}')?.message).toBe("");
  });
});
