import { expect, test } from "vitest";
import type { Actor } from "#contracts/access";
import { atOnce } from "./at-once";

const person = (userId: string) => ({ kind: "person", userId }) as Actor;

test("each person may do so many at once, and more once one is over", () => {
  const searches = atOnce(2);
  const leave = searches.enter(person("otto"));
  searches.enter(person("otto"));
  expect(() => searches.enter(person("otto"))).toThrow(expect.objectContaining({ code: "too_many_tries" }));
  searches.enter(person("mia"));
  searches.enter({ ...person("otto"), kind: "bot", keyId: "key" });
  leave();
  leave();
  searches.enter(person("otto"));
  expect(() => searches.enter(person("otto"))).toThrow(expect.objectContaining({ code: "too_many_tries" }));
});
