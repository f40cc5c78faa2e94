import { describe, expect, it } from "vitest";
import { isSearch, type LogAddress, nowhere, readAddress, searchKey, sinceOf, writeAddress } from "./address";

const read = (query: string) => readAddress(new URLSearchParams(query));
const full: LogAddress = {
  text: "fehler & mehr: 100 %, <b>",
  regex: true,
  exact: true,
  levels: ["warn", "error"],
  since: Date.parse("2026-11-21T07:00:00.000Z"),
  until: Date.parse("2026-11-21T08:00:00.500Z"),
  run: 12,
  at: { run: 12, offset: 1_048_576 },
};

describe("the address of the Logs tab", () => {
  it("says everything that is shown, and is read back as it was", () => {
    expect(read(writeAddress(full))).toEqual(full);
    expect(read(writeAddress({ since: "today" }))).toEqual({ ...nowhere, since: "today" });
    expect(writeAddress({ at: { run: 3, offset: 1024 } })).toBe("?at=3.1024");
    expect(writeAddress({ levels: ["warn", "error"], since: full.since })).toBe(
      "?levels=warn,error&since=2026-11-21T07:00:00.000Z",
    );
    expect(writeAddress(nowhere)).toBe("");
  });

  it.each([
    "levels=loud&since=soon&until=never&run=-1&at=3",
    "run=1.5&at=x.y&since=5&until=%00",
    "at=99999999999999999999.1&run=99999999999999999999&since=-2026-01-01",
    "at=1.-5&levels=&q=",
  ])("takes nonsense for nothing: %s", (query) => {
    expect(read(query)).toEqual(nowhere);
  });

  it("bounds what is searched for", () => {
    expect(read(`q=${"x".repeat(9_000)}`).text).toHaveLength(500);
  });

  it("tells a search from a look at the log", () => {
    expect(isSearch(nowhere)).toBe(false);
    expect(isSearch({ ...nowhere, since: "1h", run: 3, at: { run: 3, offset: 0 } })).toBe(false);
    expect(isSearch({ ...nowhere, text: "x" })).toBe(true);
    expect(isSearch({ ...nowhere, levels: ["error"] })).toBe(true);
    expect(isSearch({ ...nowhere, until: 5 })).toBe(true);
    expect(searchKey(full)).toBe(searchKey({ ...full, at: null }));
  });

  it("knows when a stretch begins", () => {
    expect(sinceOf({ since: null }, 9, "UTC")).toBeUndefined();
    expect(sinceOf({ since: 7 }, 9, "UTC")).toBe(7);
    expect(sinceOf({ since: "1h" }, 3_600_009, "UTC")).toBe(9);
  });
});
