import { expect, test } from "vitest";
import { createNameMatch } from "./match-name";

const best = (text: string, paths: string[], fuzzy = true) => {
  const match = createNameMatch(text, fuzzy);
  return paths
    .flatMap((path) => {
      const found = match(path);
      return found ? [{ path, ...found }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ path }) => path);
};

test.each([
  ["bot", ["src/robots/index.js", "src/bot.js", "lib/about.js"], ["src/bot.js", "lib/about.js", "src/robots/index.js"]],
  ["sb.js", ["src/bot.js", "bot.json", "src/sub.js"], ["src/sub.js", "src/bot.js"]],
  ["pc", ["src/epic.ts", "src/PlayerCard.ts"], ["src/PlayerCard.ts", "src/epic.ts"]],
  ["SRC bot", ["src/bot.js"], ["src/bot.js"]],
  ["zz", ["src/z.js"], []],
  ["straße", ["docs/STRASSE.md", "docs/Straße.md"], ["docs/Straße.md"]],
])("%s: what people mean comes first", (text, paths, order) => {
  expect(best(text, paths)).toEqual(order);
});

test("as it is: only together, and spaces count", () => {
  expect(best("my bot", ["a/My Bot.js", "a/mybot.js", "a/my_bot.js"], false)).toEqual(["a/My Bot.js"]);
});

test("marks are where the letters stand", () => {
  expect(createNameMatch("bot", true)("b/rob/robot.js")?.marks).toEqual([8, 9, 10]);
  expect(createNameMatch("r/b", true)("b/rob/robot.js")?.marks).toEqual([2, 5, 8]);
  expect(createNameMatch("İ", true)("docs/İ.md")?.marks).toEqual([5]);
});
