import { expect, test } from "vitest";
import { joinCommand, splitCommand } from "./argv";

test.each([
  ["", []],
  ["  npm   run build ", ["npm", "run", "build"]],
  [`node -e "a b" 'c "d"'`, ["node", "-e", "a b", 'c "d"']],
  [`a\\ b "c\\"d" 'e\\f'`, ["a b", 'c"d', "e\\f"]],
  [`x""y '' `, ["xy", ""]],
  ["$(id); `ls` && $HOME | *", ["$(id);", "`ls`", "&&", "$HOME", "|", "*"]],
])("%s", (text, words) => {
  expect(splitCommand(text)).toEqual(words);
  expect(splitCommand(joinCommand(words))).toEqual(words);
});

test("a quote that is not closed is no command", () => {
  expect(splitCommand(`npm "run`)).toBeNull();
  expect(splitCommand("it's")).toBeNull();
});
