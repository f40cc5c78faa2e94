import { isContractProcedure } from "@orpc/contract";
import { OpenAPIHandler } from "@orpc/openapi/fetch";
import { isProcedure, onError, Procedure } from "@orpc/server";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { botPermissions } from "#contracts/access";
import { api } from "#contracts/api/index";
import { statusOf, toldOf } from "./failure";
import { type Asked, browsing, open, signedIn } from "./gate";
import { router } from "./router";
import { type Asker, HOST, keyOf, localKey, nobody, openTestPanel, type TestPanel } from "./testing/panel";

type Operation = { name: string; permission: string; method: string; path: string; writes: boolean };

function operations(of: object, prefix = ""): Operation[] {
  return Object.entries(of).flatMap(([key, value]: [string, unknown]): Operation[] => {
    const name = prefix ? `${prefix}.${key}` : key;
    if (!isContractProcedure(value)) return typeof value === "object" && value ? operations(value, name) : [];
    const { meta, route } = value["~orpc"];
    const { permission, writes } = meta;
    return [
      {
        name,
        permission: String(permission),
        method: route.method ?? "POST",
        path: route.path ?? "",
        writes: writes === true,
      },
    ];
  });
}

const all = operations(api);
let panel: TestPanel;
const askers: Record<string, Asker> = {};
let botId = "";

beforeAll(async () => {
  panel = await openTestPanel();
  const admin = await panel.person("ada", "admin");
  const owner = await panel.person("otto");
  const stranger = await panel.person("stina");
  const member = await panel.person("mia");
  botId = await panel.bot(owner, "theirs");
  await panel.db.grant.create({ data: { botId, userId: member.id, permissions: ["bot:view"] } });
  Object.assign(askers, {
    anonymous: nobody,
    stranger: stranger.asker,
    member: member.asker,
    owner: owner.asker,
    admin: admin.asker,
    local: localKey(),
    expiredKey: await keyOf(panel.db, owner.id, new Date(0)),
  });
});
afterAll(() => panel?.close());

/** The code an asker gets for an operation on a bot, with an input that is otherwise wrong: 400 means that the gate let it pass. */
async function verdict(asker: Asker, one: Operation, bot: string): Promise<string> {
  const path = one.path.replace("{botId}", bot).replace(/\{\w+\}/g, "x");
  const body = one.method === "GET" ? undefined : { wrong: "of no operation" };
  const answer = await panel.ask(asker, one.method, path, body);
  // The gate speaks of the bot; that there is no such variable is said behind it.
  if (answer.text.includes('"code":"not_found"') && !answer.text.includes('"what":"bot"')) return "passed";
  return /"code":"(not_signed_in|not_allowed|not_found|wrong_origin)"/.exec(answer.text)?.[1] ?? "passed";
}

const onBot = all.filter((one) => botPermissions.some((permission) => permission === one.permission));

test("the table covers every operation that the router answers, each behind a gate", () => {
  const gates = new Set(
    [open.panel.health, signedIn.panel.node]
      .map((one) => one["~orpc"].middlewares.at(-1))
      .filter((gate) => gate !== undefined),
  );
  expect(gates.size).toBe(2);
  const seen: string[] = [];
  const look = (of: object, prefix: string): void => {
    for (const [key, value] of Object.entries(of)) {
      const name = prefix ? `${prefix}.${key}` : key;
      if (!isProcedure(value)) look(value, name);
      else {
        seen.push(name);
        expect(
          value["~orpc"].middlewares.filter((middleware) => gates.has(middleware)),
          name,
        ).toHaveLength(1);
      }
    }
  };
  look(router, "");
  expect(seen.sort()).toEqual(all.map(({ name }) => name).sort());
  expect(all.length).toBeGreaterThan(30);
});

test("an operation that declares no permission, or another gate's, is refused to everybody", async () => {
  const node = signedIn.panel.node.handler(() => Promise.reject(new Error("reached")))["~orpc"];
  const health = open.panel.health.handler(() => Promise.reject(new Error("reached")))["~orpc"];
  const route = { method: "GET", path: "/one" } as const;
  const wrong = [
    new Procedure({ ...node, route, meta: {} }),
    new Procedure({ ...node, route, meta: { permission: "open" } }),
    new Procedure({ ...health, route, meta: {} }),
    new Procedure({ ...health, route, meta: { permission: "self" } }),
  ];
  for (const one of wrong) {
    const refusals: unknown[] = [];
    const handler = new OpenAPIHandler<Asked>(
      { one },
      { interceptors: [onError((error: unknown) => void refusals.push(error))] },
    );
    for (const asker of [askers.admin, askers.local, nobody]) {
      const headers = new Headers({ host: HOST, ...asker });
      const context = { headers, answer: {} };
      await handler.handle(new Request(`http://${HOST}/one`, { headers }), { context });
    }
    expect(refusals).toHaveLength(3);
    for (const refusal of refusals) expect([401, 403]).toContain(statusOf(toldOf(refusal)));
  }
});

test("nobody gets past without signing in, but at what is open", async () => {
  const verdicts = (permission: (name: string) => boolean) =>
    Promise.all(
      all
        .filter((one) => permission(one.permission))
        .flatMap((one) => [nobody, askers.expiredKey ?? {}].map((asker) => verdict(asker, one, botId))),
    );
  expect(new Set(await verdicts((name) => name !== "open"))).toEqual(new Set(["not_signed_in"]));
  const openOnes = all.filter(({ permission }) => permission === "open");
  expect(openOnes.map(({ name }) => name).sort()).toEqual([
    "device.begin",
    "device.token",
    "invites.join",
    "invites.look",
    "invites.prove",
    "panel.health",
    "setup.create",
    "setup.status",
    "signIn.passkey",
    "signIn.reset",
  ]);
  for (const one of openOnes) expect(await verdict(nobody, one, botId)).toBe("passed");
});

test.each(["stranger", "member", "owner", "admin", "local"])(
  "what is no id of a bot is not found, by %s",
  async (asker) => {
    for (const one of onBot)
      for (const bot of ["..%2F..", "A"])
        expect([one.name, await verdict(askers[asker] ?? {}, one, bot)]).toEqual([one.name, "not_found"]);
  },
);

test("no write passes from another site with a cookie", async () => {
  const writes = all.filter(({ writes, permission }) => writes && permission !== "open");
  expect(writes.length).toBeGreaterThan(15);
  for (const one of writes)
    expect([one.name, await verdict({ ...askers.admin, origin: "http://evil.test" }, one, botId)]).toEqual([
      one.name,
      "wrong_origin",
    ]);
});

test("somebody whose browser floods the panel is told when to come again, and nobody else is", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  onTestFinished(() => clock.mockRestore());
  const { id } = await panel.db.user.findFirstOrThrow({ where: { name: "stina" } });
  const flood = () => {
    for (;;) browsing.take(id);
  };
  expect(flood).toThrow();
  const me = async (asker: Asker = nobody) => {
    let again: string | null = null;
    const { status } = await panel.ask(asker, "GET", "/v1/me", undefined, ({ headers }) => {
      again = headers.get("retry-after");
    });
    return [status, again];
  };
  expect([await me(askers.stranger), await me(askers.owner)]).toEqual([
    [429, "1"],
    [200, null],
  ]);
});
