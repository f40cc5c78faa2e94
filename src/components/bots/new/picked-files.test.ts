import { describe, expect, it } from "vitest";
import { type PickedFile, sizeOf, tidy } from "./picked-files";

const picked = (path: string, text = "x"): PickedFile => ({
  path,
  file: new File([text], path.split("/").at(-1) ?? ""),
});
const paths = (...list: string[]) => tidy(list.map((path) => picked(path))).files.map(({ path }) => path);

describe("tidy", () => {
  it("takes off the folder that holds everything", () => {
    expect(paths("my-bot/index.js", "my-bot/src/a.js")).toEqual(["index.js", "src/a.js"]);
  });

  it("leaves paths alone when there is no such folder", () => {
    expect(paths("index.js", "src/a.js")).toEqual(["index.js", "src/a.js"]);
    expect(paths("bot/index.js", "bot2/a.js")).toEqual(["bot/index.js", "bot2/a.js"]);
    expect(paths("bot.zip")).toEqual(["bot.zip"]);
    expect(paths()).toEqual([]);
  });

  it("leaves out what is made anew, and counts it", () => {
    const all = ["b/index.js", "b/node_modules/x/index.js", "b/.git/HEAD", "b/src/__pycache__/a.pyc"];
    const result = tidy(all.map((path) => picked(path)));
    expect(result.files.map(({ path }) => path)).toEqual(["index.js"]);
    expect(result.leftOut).toBe(3);
  });

  it("does not take names that only begin alike for needless", () => {
    expect(paths("node_modules.js", ".gitignore", "venv.py")).toEqual(["node_modules.js", ".gitignore", "venv.py"]);
  });
});

it("adds up sizes", () => {
  expect(sizeOf([picked("a", "12"), picked("b", "345")])).toBe(5);
});
