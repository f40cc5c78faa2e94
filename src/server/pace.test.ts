import { expect, test } from "vitest";
import { openPace } from "./pace";

test("so much at once, so much a second, and each for itself", () => {
  let now = 0;
  const pace = openPace({ atOnce: 3, perSecond: 0.5 }, () => now);
  const taken = (key: string) => {
    try {
      pace.take(key);
      return "taken";
    } catch (error) {
      return error instanceof Error && "values" in error ? error.values : error;
    }
  };
  expect([1, 2, 3, 4].map(() => taken("a"))).toEqual(["taken", "taken", "taken", { seconds: 2 }]);
  expect(taken("b")).toBe("taken");
  now = 1_500;
  expect(taken("a")).toEqual({ seconds: 1 });
  now = 2_000;
  expect([taken("a"), taken("a")]).toEqual(["taken", { seconds: 2 }]);
  now = 60_000;
  for (let index = 0; index < 3_000; index++) pace.take(`other ${index}`);
  expect([1, 2, 3, 4].map(() => taken("a"))).toEqual(["taken", "taken", "taken", { seconds: 2 }]);
});
