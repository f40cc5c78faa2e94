import { expect, test } from "vitest";
import { entriesSeen } from "./seen";

const seen = entriesSeen([".env", "secrets/**", "config/*.json"]);

test("an entry names no file that is hidden from whoever reads it, by whatever it is named", () => {
  expect(seen({ path: "src/.env", mode: "600" })).toEqual({ path: "…", mode: "600" });
  expect(seen({ paths: ["bot.js", "secrets/a", "secrets/b"], to: "free", count: 3 })).toEqual({
    paths: ["bot.js", "…"],
    to: "free",
    count: 3,
  });
  // A name in a folder: of an upload, an archive, or where something was moved to.
  expect(seen({ path: "config", names: ["a.json", "b.txt"] })).toEqual({ path: "config", names: ["…", "b.txt"] });
  expect(seen({ from: "secrets", path: "a.zip" })).toEqual({ from: "…", path: "a.zip" });
  expect(seen({ to: "config", paths: ["a.json"] })).toEqual({ to: "config", paths: ["…"] });
});

test("all else stays as it is, and so does everything for who sees everything", () => {
  const detail = { who: "secrets", keys: [".env"], changes: [{ field: "a", before: null, after: ".env" }] };
  expect(seen(detail)).toEqual(detail);
  const whole = { path: ".env" };
  expect(entriesSeen([])(whole)).toBe(whole);
});
