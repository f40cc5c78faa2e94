import { expect, test } from "vitest";
import { presets } from "#contracts/access";
import { changeOf, grantOf, mayOf, memberNamed } from "./grant";

test("what somebody may do is said by a preset, by permissions, or by both", () => {
  expect(grantOf({ preset: "viewer", hide: [".env"] })).toEqual({ permissions: presets.viewer, hiddenPaths: [".env"] });
  expect(grantOf({ allow: ["file:list", "file:list"] })).toEqual({ permissions: ["file:list"], hiddenPaths: [] });
  expect(grantOf({ preset: "viewer", allow: ["file:list"] }).permissions).toEqual([...presets.viewer, "file:list"]);
});

test("a change says only what was said", () => {
  expect(changeOf({ preset: "viewer" })).toEqual({ permissions: presets.viewer });
  expect(changeOf({ hide: [".env"] })).toEqual({ hiddenPaths: [".env"] });
  expect(changeOf({ allow: ["file:list"], hide: false })).toEqual({ permissions: ["file:list"], hiddenPaths: [] });
  expect(() => changeOf({})).toThrow();
});

test("what somebody may is told by the preset it is, else by names or number", () => {
  expect(mayOf([...presets.operator].reverse())).toBe("operator");
  expect(mayOf(["power:restart", "bot:view"])).toBe("bot:view power:restart");
  expect(mayOf([...presets.viewer, "file:list"])).toBe(`${presets.viewer.length + 1} permissions`);
});

test("a name that is none, and nothing at all, are refused", () => {
  for (const options of [{}, { preset: "king" }, { preset: "constructor" }, { allow: ["fly"] }])
    expect(() => grantOf(options)).toThrow();
});

test("a member is named by id, e-mail or name, and by no name that may be an e-mail", () => {
  const granted = { permissions: [], hiddenPaths: [], since: 0, tag: null, changeable: true };
  const ann = { ...granted, userId: "1", name: "Ann", email: "ann@example.com" };
  const eve = { ...granted, userId: "2", name: "bob@example.com", email: "eve@example.com" };
  for (const word of ["1", "ann", "ANN@example.com"]) expect(memberNamed([ann, eve], word)).toBe(ann);
  expect(() => memberNamed([ann, eve], "bob@example.com")).toThrow();
});
