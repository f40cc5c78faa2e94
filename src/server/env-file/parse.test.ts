import { parse } from "dotenv";
import { expect, test } from "vitest";
import { parseEnvFile } from "./parse";
import { writeEnvFile } from "./write";

test("values are what dotenv says, each with the line it stands in", () => {
  const text = [
    "\ufeff# a comment",
    "export A=1 # said",
    "  B = 'single $x'",
    'C="two',
    "C2=lines",
    'and a third"',
    "D=`back 'tick'`",
    "A=2",
    "just words",
    "E=",
    'F="never closed',
    "MY-NAME=x",
    "G: yaml",
    'H="a\\nb"',
    "",
  ].join("\r\n");
  const { variables, unreadable } = parseEnvFile(text);
  expect(Object.fromEntries(variables.map(({ key, value, lines }) => [key, [value, lines]]))).toEqual({
    A: ["2", [2, 8]],
    B: ["single $x", [3]],
    C: ["two\nC2=lines\nand a third", [4]],
    D: ["back 'tick'", [7]],
    E: ["", [10]],
    F: ['"never closed', [11]],
    "MY-NAME": ["x", [12]],
    G: ["yaml", [13]],
    H: ["a\nb", [14]],
  });
  expect(unreadable).toEqual([{ line: 9, key: "" }]);
});

test("a name that no variable can have is said, and not lost in between", () => {
  expect(parseEnvFile("__proto__=1\nA=2")).toEqual({
    variables: [{ key: "A", value: "2", lines: [2] }],
    unreadable: [{ line: 1, key: "__proto__" }],
  });
});

// What people and programs may write, thrown together: whatever it is, dotenv alone says what is in it.
const pieces = ["A=", "B =", "export C=", "'", '"', "`", "x", " ", "#", "\n", "\r\n", "=", "\\n", "D: ", "\\", "$"];
test("of any text the variables are dotenv's, and every one has a line", () => {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: next(24) }, () => pieces[next(pieces.length)]).join("");
    const { variables } = parseEnvFile(text);
    expect(Object.fromEntries(variables.map(({ key, value }) => [key, value])), JSON.stringify(text)).toEqual(
      parse(text),
    );
    const last = text.replace(/\r\n?/g, "\n").split("\n").length;
    for (const { lines } of variables)
      for (const line of lines) expect([line >= 1, line <= last]).toEqual([true, true]);
  }
});

test("what is written is read back as it was", () => {
  const values = {
    PLAIN: "info",
    EMPTY: "",
    SPACES: "  two  ",
    COMMENT: "a # b",
    SINGLE: "it's",
    DOUBLE: 'say "hi"',
    BOTH: `it's "hi"`,
    LINES: "one\ntwo\nAFTER=3",
    RETURN: "one\r\ntwo",
    BACKSLASH: "C:\\new",
    TICKS: "a`b'c",
    URL: "postgres://u:p@h/db?x=1#f",
  };
  const text = writeEnvFile(values, (key) => `${key} is beyond`);
  expect(parse(text)).toEqual(values);
  expect(writeEnvFile({ ALL: "a'b\"c`d #\n" }, (key) => `${key} is beyond`)).toBe("# ALL is beyond\n");
});
