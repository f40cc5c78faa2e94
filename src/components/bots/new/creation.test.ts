import { describe, expect, it } from "vitest";
import type { Detection } from "#contracts/import";
import { creationFrom, fieldOf, wouldStart } from "./creation";

const detection = (changes: Partial<Detection> = {}): Detection => ({
  runtime: "node",
  entry: "index.js",
  entries: [{ path: "index.js", runtime: "node", why: "main of package.json" }],
  installer: "npm",
  name: "my bot",
  warnings: [],
  tokenOptional: false,
  ...changes,
});

describe("creationFrom", () => {
  it("fills in what was found", () => {
    expect(creationFrom(detection())).toEqual({
      name: "my bot",
      runtime: "node",
      entry: "index.js",
      token: "",
      start: true,
    });
  });

  it("falls back to the first candidate, and to questions left open", () => {
    expect(creationFrom(detection({ runtime: null, entry: null })).runtime).toBe("node");
    expect(creationFrom(detection({ runtime: null, entry: null, entries: [], name: null }))).toMatchObject({
      runtime: null,
      entry: "",
      name: "",
    });
  });

  it("suggests no name that would be refused", () => {
    expect(creationFrom(detection({ name: "@scope/bot" })).name).toBe("@scope bot");
    expect(creationFrom(detection({ name: ".." })).name).toBe("");
    expect(creationFrom(detection({ name: "x".repeat(200) })).name).toHaveLength(64);
  });
});

it("shows a refusal at the question it belongs to", () => {
  expect(fieldOf({ code: "bot_name_taken", values: {} })).toBe("name");
  expect(fieldOf({ code: "runtime_mismatch", values: {} })).toBe("entry");
  expect(fieldOf({ code: "token_malformed", values: {} })).toBe("token");
  expect(fieldOf({ code: "worker_away", values: {} })).toBeNull();
  expect(fieldOf({ code: "unexpected", values: {} })).toBeNull();
});

it("starts only what can start", () => {
  const creation = creationFrom(detection());
  expect(wouldStart(creation, detection())).toBe(false);
  expect(wouldStart({ ...creation, token: "t" }, detection())).toBe(true);
  expect(wouldStart(creation, detection({ tokenOptional: true }))).toBe(true);
  expect(wouldStart({ ...creation, start: false, token: "t" }, detection())).toBe(false);
});
