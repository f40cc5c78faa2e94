import { expect, test } from "vitest";
import { helpFor } from "./help";
import { stepsAt } from "./steps";

test("what is behind, where it is, what is to come", () => {
  const at = (which: string) => stepsAt("place").flatMap((one) => (one.at === which ? [one.step] : []));
  expect(at("done")).toEqual(["queued", "fetch", "compare", "stop"]);
  expect(at("now")).toEqual(["place"]);
  expect(at("next")).toEqual(["install", "build", "start", "watch"]);
  expect(stepsAt("rollback")).toEqual([{ step: "rollback", at: "now" }]);
});

test("each end has the button that helps, and a good one has none", () => {
  const failed = (code: string) => helpFor({ state: "failed", code, values: {}, message: "" });
  expect(failed("deploy_conflict")).toBe("discard");
  expect(failed("git_key_refused")).toBe("key");
  expect(failed("deploy_build_failed")).toBeNull();
  expect(helpFor({ state: "rolledBack", code: "deploy_not_running", values: {}, message: "" })).toBe("console");
  expect(helpFor({ state: "interrupted" })).toBe("again");
  expect(helpFor({ state: "done", bot: "running", files: 1 })).toBeNull();
  expect(helpFor({ state: "cancelled" })).toBeNull();
});
