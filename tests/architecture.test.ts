import { expect, test } from "vitest";
import { envOffences, importOffences, mayImport, roomOf } from "./support/rooms";
import { sources } from "./support/sources";

const files = sources("contracts", "prisma", "src", "worker", "cli", "launcher");

test("every import follows the table of rooms", () => {
  expect(importOffences(files)).toEqual([]);
});

test("process.env is read only in env.ts files and prisma/db.ts", () => {
  expect(envOffences(files)).toEqual([]);
});

test("the tests above saw every room", () => {
  const seen = new Set(files.map((file) => roomOf(file.path)));
  for (const room of Object.keys(mayImport)) expect(seen).toContain(room);
  expect(files.length).toBeGreaterThan(120);
});

test.each([
  ["worker/main.ts", 'import { a } from "#server/auth";', "worker may not import server"],
  ["src/server/bots.ts", 'import { a } from "#worker/main";', "names no room|may not import worker"],
  ["src/components/x.tsx", 'export { a } from "#server/bots";', "components may not import server"],
  ["src/client/x.ts", 'const a = import("#components/ui/button");', "client may not import components"],
  ["cli/x.ts", 'import type { A } from "../worker/ports";', "leaves cli"],
  ["contracts/x.ts", 'import fs from "node:fs";', "contracts may not use node:fs"],
  ["worker/logs/x.ts", 'import { a } from "#worker/ports";', "import it by relative path"],
])("an offence in %s is found", (path, text, what) => {
  expect(importOffences([{ path, text }]).join()).toMatch(new RegExp(what));
});

test("a stray process.env is found, an env.ts is not", () => {
  const text = "export const home = process.env.BOTYARD_HOME;";
  expect(envOffences([{ path: "worker/logs/store.ts", text }])).toHaveLength(1);
  expect(envOffences([{ path: "worker/env.ts", text }])).toEqual([]);
});
