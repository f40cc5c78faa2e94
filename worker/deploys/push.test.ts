import { expect, test } from "vitest";
import { readPush } from "./push";

const push = JSON.stringify({ ref: "refs/heads/main", pusher: { name: "grace" } });

test.each([
  ["as JSON", push],
  ["as a form", `payload=${encodeURIComponent(push)}`],
])("a push is read %s", (_, sent) => {
  expect(readPush(Buffer.from(sent), "push")).toEqual({ branch: "main", name: "grace" });
});

test("what is no push of a branch has none", () => {
  for (const sent of ["", "payload=", "payload=%7B", "{", '{"ref":"refs/tags/v1"}'])
    expect(readPush(Buffer.from(sent), "push")).not.toHaveProperty("branch");
  expect(readPush(Buffer.from(push), "ping")).not.toHaveProperty("branch");
});
