import { expect, test } from "vitest";
import { en } from "#contracts/words/en";
import { kinds } from "./audit-filters";

test("every kind of action that is written down can be looked for", () => {
  const { activity, adminActivity, accountActivity } = en;
  const written = [activity.action, adminActivity, accountActivity].flatMap(Object.keys);
  expect(written.length).toBeGreaterThan(20);
  expect(written.filter((kind) => !kinds.some((one) => one === kind))).toEqual([]);
});
