import { expect, test } from "vitest";
import { safePath } from "./safe-path";

test.each([
  "https://evil.test/",
  "//evil.test",
  "/\\evil.test",
  "/\t/evil.test",
  "/\n/evil.test",
  "/\r\\evil.test",
  "/.//evil.test",
  "/a/..//evil.test",
  "/%2e//evil.test",
  "javascript:alert(1)",
  "\u0001//evil.test",
  " //evil.test",
  "evil.test",
  "",
  null,
])("%j leads to the first page, not to another site", (path) => {
  expect(safePath(path)).toBe("/");
});

test.each([
  ["/bots/b1/files?path=a%2Fb#l3", "/bots/b1/files?path=a%2Fb#l3"],
  ["/device?code=BCDF-GHJK", "/device?code=BCDF-GHJK"],
  ["/a/../tags", "/tags"],
  ["/a?next=//evil.test", "/a?next=//evil.test"],
  ["/sign-in?next=/", "/"],
  ["/setup", "/"],
])("%s leads to %s", (path, to) => {
  expect(safePath(path)).toBe(to);
});
