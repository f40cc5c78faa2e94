import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { literalOf } from "./literal";

test.each([
  ["Missing Access", "Missing Access"],
  ["rare.*needle", "needle"],
  ["^user=\\d+ failed$", " failed"],
  ["\\[ERROR\\] .+", "[ERROR] "],
  ["abcd?ef", "abc"],
  ["abcd+efg", "abcd"],
  ["abcd{2}ef", "abc"],
  ["x(abcdef)?yzw", "yzw"],
  ["(abcdef)", undefined],
  ["abc|def", undefined],
  ["(?i)abc", undefined],
  ["[abcdef]gh", undefined],
  ["[]abcdef]ghi", "ghi"],
  ["[[:alpha:]x]ghi", "ghi"],
  ["[\\]abcdef]ghi", "ghi"],
  ["\\x{1F600}abc", "abc"],
  ["\\pLabc\\p{Greek}de", "abc"],
  ["\\Qa.b.c\\E", undefined],
  ["a.b.c", undefined],
  ["größe", undefined],
  ["größer als", "er als"],
])("what %s matches has %s in it", (pattern, literal) => {
  expect(literalOf(pattern)).toBe(literal);
});

test("whatever is made of these pieces, a match has the literal in it", () => {
  const pieces = ["abc", "d?", "e+", "(fgh)*", "(ij)", "[klm]", "\\.", "n{2}", ".", "opq", "\\d", "r{0,1}"];
  const texts = ["abc", "abcd", "e", "fghfgh", "ij", "k", ".", "nn", "opq", "7", "r", "abceijk.nnxopq7r"];
  let seen = 0;
  let state = 7;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const some = (from: string[]) => Array.from({ length: 1 + random(5) }, () => from[random(from.length)]).join("");
  for (let round = 0; round < 3_000; round++) {
    const pattern = some(pieces);
    const literal = literalOf(pattern);
    if (!literal) continue;
    const compiled = RE2JS.compile(pattern);
    for (let text = 0; text < 10; text++) {
      const line = some(texts);
      if (!compiled.test(line)) continue;
      seen += 1;
      expect({ pattern, line, has: line.includes(literal) }).toMatchObject({ has: true });
    }
  }
  expect(seen).toBeGreaterThan(100);
});
