import { isContractProcedure } from "@orpc/contract";
import { expect, test } from "vitest";
import { botPermissions, kindsToCome, panelPermissions } from "../access";
import { events, requests } from "../events";
import { rpc } from "../rpc";
import { operation } from "./base";
import { api } from "./index";

type Named = {
  name: string;
  permission: unknown;
  instead: readonly unknown[];
  method: unknown;
  path: unknown;
  writes: unknown;
};

function operations(router: object, prefix = ""): Named[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]): Named[] => {
    const name = prefix ? `${prefix}.${key}` : key;
    if (!isContractProcedure(value)) return typeof value === "object" && value ? operations(value, name) : [];
    const { meta, route } = value["~orpc"];
    return [
      {
        name,
        permission: Reflect.get(meta, "permission"),
        instead: Reflect.get(meta, "instead") ?? [],
        writes: Reflect.get(meta, "writes"),
        method: route.method,
        path: route.path,
      },
    ];
  });
}

const known = new Set<unknown>(["open", "self", ...panelPermissions, ...botPermissions]);
const without = (all: readonly { name: string; permission: unknown }[]) =>
  all.filter((one) => !known.has(one.permission)).map((one) => one.name);
const table = (rows: Record<string, { permission: unknown }>) =>
  Object.entries(rows).map(([name, { permission }]) => ({ name, permission }));

test("every operation, event, socket request and RPC declares a permission of the list", () => {
  const all = operations(api);
  expect(all.length).toBeGreaterThan(30);
  expect(without(all)).toEqual([]);
  expect(without(table(events))).toEqual([]);
  expect(without(table(requests))).toEqual([]);
  expect(without(table(rpc))).toEqual([]);
});

test("what is said to come is asked for by nothing yet", () => {
  const asked = [...operations(api), ...[events, requests, rpc].flatMap(table)].map((one) => String(one.permission));
  expect(asked.filter((name) => kindsToCome.includes(name.split(":")[0] ?? ""))).toEqual([]);
  for (const kind of kindsToCome) expect(botPermissions.some((name) => name.startsWith(`${kind}:`))).toBe(true);
});

test("what is enough instead are other permissions on the same bot", () => {
  const of = (one: unknown) => botPermissions.some((permission) => permission === one);
  const several = operations(api).filter((one) => one.instead.length > 0);
  expect(several.map(({ name }) => name)).toEqual(["files.write", "files.move", "dependencies.cancel"]);
  for (const { permission, instead } of several) {
    expect([permission, ...instead].every(of)).toBe(true);
    expect(instead).not.toContain(permission);
  }
});

test("one that declares none, or one that nobody knows, is found", () => {
  const bare = operation.route({ method: "GET", path: "/v1/bare" });
  expect(without(operations({ thing: { bare } }))).toEqual(["thing.bare"]);
  expect(without(table({ shout: { permission: "bot:shout" } }))).toEqual(["shout"]);
});

test("every operation has an address of its own, and all but reads say that they write", () => {
  const all = operations(api);
  expect(new Set(all.map((one) => `${one.method} ${one.path}`)).size).toBe(all.length);
  expect(all.filter((one) => (one.method === "GET") === (one.writes === true)).map((one) => one.name)).toEqual([]);
});

test("the permissions of a bot are no fewer than Pterodactyl's 39, each once", () => {
  expect(new Set(botPermissions).size).toBe(botPermissions.length);
  expect(botPermissions.length).toBeGreaterThanOrEqual(39);
});
