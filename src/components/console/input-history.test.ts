import { describe, expect, it } from "vitest";
import { emptyHistory, newer, older, pastedLines, remember } from "./input-history";

describe("history", () => {
  const history = ["one", "two", "two", "", "three"].reduce(remember, emptyHistory);

  it("keeps each line once in a row and no empty ones", () => {
    expect(history.lines).toEqual(["one", "two", "three"]);
  });

  it("goes back and forth and brings the draft back", () => {
    const first = older(history, "dra");
    expect(first?.text).toBe("three");
    const second = older(first?.history ?? history, "three");
    expect(second?.text).toBe("two");
    const forth = newer(second?.history ?? history);
    expect(forth?.text).toBe("three");
    const end = newer(forth?.history ?? history);
    expect(end?.text).toBe("dra");
    expect(newer(end?.history ?? history)).toBeNull();
  });

  it("stops at the oldest line", () => {
    const last = older(remember(emptyHistory, "only"), "");
    expect(older(last?.history ?? emptyHistory, "only")).toBeNull();
    expect(older(emptyHistory, "x")).toBeNull();
  });

  it("is bounded", () => {
    const many = Array.from({ length: 500 }, (_, i) => `line ${i}`).reduce(remember, emptyHistory);
    expect(many.lines).toHaveLength(100);
    expect(many.lines.at(-1)).toBe("line 499");
  });
});

it("splits what is pasted into lines", () => {
  expect(pastedLines("a\r\nb\n\nc\n\n")).toEqual(["a", "b", "", "c"]);
  expect(pastedLines("one\n")).toEqual(["one"]);
});
