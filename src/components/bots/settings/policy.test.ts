import { describe, expect, it } from "vitest";
import { restartPolicy } from "#contracts/bot";
import { previewPolicy, shorten } from "./policy";

const preview = (changes: object) => previewPolicy(restartPolicy.parse(changes));

describe("previewPolicy", () => {
  it("parks the default policy at its eighth crash", () => {
    expect(preview({})).toEqual({ kind: "parks", pauses: [1, 2, 4, 8, 16, 32, 64].map((s) => s * 1_000) });
  });

  it("keeps pauses within the longest", () => {
    expect(preview({ backoffMs: 1_000, backoffMaxMs: 3_000, crashLimit: 5 })).toEqual({
      kind: "parks",
      pauses: [1_000, 2_000, 3_000, 3_000],
    });
    expect(preview({ backoffMs: 5_000, backoffMaxMs: 2_000, crashLimit: 2 })).toEqual({
      kind: "parks",
      pauses: [2_000],
    });
  });

  it("says when the crashes never fill the window", () => {
    const result = preview({ backoffMs: 60_000, backoffMaxMs: 600_000, crashLimit: 8, crashWindowMs: 600_000 });
    expect(result).toEqual({ kind: "goes-on", pauses: [60_000, 120_000, 240_000, 480_000, 600_000] });
  });

  it("parks at once with a limit of one, and never starts again with never", () => {
    expect(preview({ crashLimit: 1 })).toEqual({ kind: "parks", pauses: [] });
    expect(preview({ mode: "never" })).toEqual({ kind: "stays-down" });
  });

  it("comes to an end for every extreme", () => {
    for (const crashLimit of [1, 100])
      for (const backoffMs of [100, 600_000])
        for (const backoffMaxMs of [1_000, 600_000])
          for (const crashWindowMs of [10_000, 86_400_000])
            expect(preview({ crashLimit, backoffMs, backoffMaxMs, crashWindowMs }).kind).toMatch(/parks|goes-on/);
  });
});

it("shortens long lists to the first three and the last", () => {
  expect(shorten([1, 2, 3, 4])).toEqual({ shown: [1, 2, 3, 4], skipped: false });
  expect(shorten([1, 2, 3, 4, 5])).toEqual({ shown: [1, 2, 3], skipped: true, last: 5 });
});
