import { describe, expect, it } from "vitest";
import { restartPolicy } from "#contracts/bot";
import { type Reason, reason, reasonTable, sayReason } from "#contracts/reason";
import { type Ended, type History, judge } from "./judge";

const policy = restartPolicy.parse({});
const exited: Reason = { code: "exited", values: { code: 1 } };
const none: History = { attempt: 0, failures: [] };
const NOW = 1_000_000_000;
const ended = (over: Partial<Ended> = {}): Ended => ({
  code: 1,
  signal: null,
  startedAt: NOW - 1_000,
  at: NOW,
  why: exited,
  ...over,
});

describe("judge", () => {
  it.each([
    ["on-failure", 1, "restart"],
    ["on-failure", 0, "done"],
    ["always", 1, "restart"],
    ["always", 0, "restart"],
    ["never", 1, "done"],
    ["never", 0, "done"],
  ] as const)("%s, exit code %i: %s", (mode, code, kind) => {
    expect(judge(ended({ code }), none, { ...policy, mode }, 0.5).kind).toBe(kind);
  });

  it("takes the bot's own codes for done", () => {
    const own = { ...policy, doneCodes: [0, 3] };
    expect(judge(ended({ code: 3 }), none, own, 0.5)).toMatchObject({ kind: "done", reason: { values: { code: 3 } } });
    expect(judge(ended({ code: 0 }), none, { ...policy, doneCodes: [] }, 0.5).kind).toBe("restart");
    expect(judge(ended({ code: null, signal: "SIGSEGV" }), none, own, 0.5).kind).toBe("restart");
  });

  it("doubles the pause up to ten minutes", () => {
    const steady = { ...policy, crashLimit: 100 };
    const delays = [0, 1, 2, 3, 9, 10, 40].map((attempt) => {
      const verdict = judge(ended(), { attempt, failures: [] }, steady, 0.5);
      return verdict.kind === "restart" ? verdict.delayMs : -1;
    });
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 512_000, 600_000, 600_000]);
  });

  it("spreads the pause by a fifth either way and never beyond the longest", () => {
    const delay = (attempt: number, random: number) => {
      const verdict = judge(ended(), { attempt, failures: [] }, policy, random);
      return verdict.kind === "restart" ? verdict.delayMs : -1;
    };
    expect(delay(0, 0)).toBe(800);
    expect(delay(0, 0.999)).toBeGreaterThan(1_190);
    expect(delay(20, 0.999)).toBe(600_000);
  });

  it("parks at the eighth failure in ten minutes and says the last reason", () => {
    let history = none;
    for (let crash = 1; crash <= 7; crash++) {
      const verdict = judge(ended({ at: NOW + crash, startedAt: NOW + crash - 1 }), history, policy, 0);
      expect(verdict.kind).toBe("restart");
      history = verdict.history;
    }
    const verdict = judge(ended({ at: NOW + 8, startedAt: NOW + 7 }), history, policy, 0);
    expect(verdict).toMatchObject({ kind: "park", reason: { code: "crash_loop", values: { count: 8, minutes: 10 } } });
    expect(sayReason(verdict.reason)).toContain(sayReason(exited));
  });

  it("names the module that a loop ends with", () => {
    const why = { code: "module_missing", values: { module: "waves" } } as const;
    const { reason } = judge(ended({ why }), { attempt: 0, failures: [] }, { ...policy, crashLimit: 1 }, 0);
    expect(reason).toMatchObject({ code: "crash_loop", values: { module: "waves", last: sayReason(why) } });
  });

  it("counts only failures of the window", () => {
    const old = Array.from({ length: 7 }, (_, n) => NOW - 600_001 - n);
    expect(judge(ended(), { attempt: 7, failures: old }, policy, 0).kind).toBe("restart");
    const recent = Array.from({ length: 7 }, (_, n) => NOW - 599_000 + n);
    expect(judge(ended(), { attempt: 7, failures: recent }, policy, 0).kind).toBe("park");
  });

  it("forgets after ten minutes of good running", () => {
    const bad = { attempt: 7, failures: [NOW - 5, NOW - 4, NOW - 3, NOW - 2, NOW - 1, NOW, NOW] };
    const verdict = judge(ended({ startedAt: NOW - 600_000 }), bad, policy, 0.5);
    expect(verdict).toEqual({
      kind: "restart",
      delayMs: 1_000,
      history: { attempt: 1, failures: [NOW] },
      reason: exited,
    });
    expect(judge(ended({ startedAt: NOW - 599_999 }), bad, policy, 0.5).kind).toBe("park");
  });

  it.each(reason.shape.code.options.filter((code) => reasonTable[code].hopeless))(
    "parks %s at once, whatever the policy",
    (code) => {
      for (const mode of ["on-failure", "always", "never"] as const) {
        const why: Reason = { code, values: {} };
        expect(judge(ended({ why, code: 0 }), none, { ...policy, mode }, 0)).toMatchObject({
          kind: "park",
          reason: why,
        });
      }
    },
  );

  it("starts again at once after the server went down, and blames nobody", () => {
    const why: Reason = { code: "rebooted", values: {} };
    const history = { attempt: 3, failures: [NOW - 10] };
    expect(judge(ended({ why, code: null }), history, policy, 0)).toEqual({
      kind: "restart",
      delayMs: 0,
      history,
      reason: why,
    });
    expect(judge(ended({ why, code: null }), history, { ...policy, mode: "never" }, 0).kind).toBe("done");
  });
});
