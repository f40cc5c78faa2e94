import { expect, test } from "vitest";
import { duration, megabytes, plain, table } from "./output";

test.each([
  ["\x1b[31mred\x1b[0m", "red"],
  ["\x1b]8;;https://evil\x07x", "\ufffd]8;;https://evil\ufffdx"],
  ["\x1b[6n", "\ufffd[6n"],
  ["a\u202eb\tc", "a\ufffdb\tc"],
])("nothing in %j reaches the terminal as a command", (given, shown) => {
  expect(plain(given)).toBe(shown);
});

test("columns line up and hostile names stay on their line", () => {
  expect(
    table(
      ["NAME", "STATE"],
      [
        ["a\nb", "running"],
        ["long name", "stopped"],
      ],
    ),
  ).toEqual(["NAME       STATE", "a\ufffdb        running", "long name  stopped"]);
});

test("only names are shortened for a narrow terminal, and none beyond knowing", () => {
  const rows = [["a bot with quite a long name, 日本語", "v0sf6uhxw3", "x"]];
  expect(table(["NAME", "ID", "STATE"], rows, 40)[1]).toBe("a bot with quite a l…  v0sf6uhxw3  x");
  expect(table(["NAME", "ID", "STATE"], rows, 20)[1]).toBe("a bot with …  v0sf6uhxw3  x");
  expect(table(["NAME", "ID"], [])).toEqual(["None."]);
});

test.each([
  [0, "0s"],
  [61_000, "1m 1s"],
  [3_600_000, "1h 0m"],
  [90_061_000, "1d 1h"],
])("%d ms is %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test("sizes are in MB", () => {
  expect(megabytes(1_500_000)).toBe("1.5 MB");
  expect(megabytes(123_400_000)).toBe("123 MB");
});
