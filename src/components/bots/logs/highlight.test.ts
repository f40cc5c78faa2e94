import { describe, expect, it } from "vitest";
import { finderOf, patternFinder, pieces } from "./highlight";

const shown = (text: string, found: readonly (readonly [number, number])[]) =>
  pieces(text, found)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join("");

describe("what a search found is marked", () => {
  it("as the text says, in any case unless case counts", () => {
    const text = "Error: an error, ERROR";
    expect(shown(text, finderOf("error", false)(text))).toBe("[Error]: an [error], [ERROR]");
    expect(shown(text, finderOf("error", true)(text))).toBe("Error: an [error], ERROR");
    expect(finderOf(".*", false)(text)).toEqual([]);
    expect(finderOf("i", false)("İi")).toEqual([]);
  });

  it("as the pattern says, with the same engine as the search", async () => {
    const text = "took 12 ms, then 340 ms";
    expect(shown(text, (await patternFinder("\\d+ MS", false))?.(text) ?? [])).toBe("took [12 ms], then [340 ms]");
    expect((await patternFinder("\\d+ MS", true))?.(text)).toEqual([]);
    expect((await patternFinder("x*", false))?.(text)).toEqual([]);
    expect(await patternFinder("(", false)).toBeNull();
    expect((await patternFinder("(a+)+$", false))?.(`${"a".repeat(20_000)}b`)).toEqual([]);
  });

  it("in what stands around the first match of a long line", () => {
    const text = `${"x".repeat(5_000)}needle${"y".repeat(5_000)}`;
    const parts = pieces(text, finderOf("needle", false)(text));
    expect(parts.map(({ hit }) => hit)).toEqual([false, false, true, false, false]);
    expect(parts.map((part) => part.text).join("").length).toBeLessThan(400);
    expect(pieces("x".repeat(5_000), []).at(-1)?.text).toBe("…");
  });

  it("never more than a screen can show", () => {
    expect(finderOf("a", false)("a".repeat(16_000)).length).toBeLessThanOrEqual(50);
    expect(
      shown("aaa", [
        [0, 2],
        [1, 3],
      ]),
    ).toBe("[aa][a]");
  });
});
