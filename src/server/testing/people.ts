import { afterAll, beforeAll } from "vitest";
import { z } from "zod";
import { userView } from "#contracts/people";
import { type Asker, idOf, openTestPanel, type Person, type TestPanel } from "./panel";

/** The code of what was refused, "done" of what was not. */
export const codeOf = (answer: { body: unknown }): string =>
  z.object({ code: z.string() }).safeParse(answer.body).data?.code ?? "done";

/** Limits that bound nothing. */
export const none = { bots: null, memoryMb: null, diskMb: null };

export const soon = (): Date => new Date(Date.now() + 600_000);

/** One panel with an admin for a file of tests about people and what they may have. */
export function openPeople() {
  const world = {} as { panel: TestPanel; admin: Person };
  let named = 0;
  beforeAll(async () => {
    const panel = await openTestPanel();
    Object.assign(world, { panel, admin: await panel.person("root", "admin") });
  });
  afterAll(() => world.panel?.close());

  const as = (asker: Asker, method: string, path: string, body?: unknown) =>
    world.panel.ask(asker, method, `/v1${path}`, body);
  const ask = (method: string, path: string, body?: unknown) => as(world.admin.asker, method, path, body);
  return {
    world,
    person: (role?: "admin" | "user") => world.panel.person(`p${++named}`, role),
    as,
    /** Asks as the admin. */
    ask,
    view: async (id: string) => userView.parse((await ask("GET", `/users/${id}`)).body),
    /** An import of the demo, ready to be made a bot. */
    ready: async (of: { asker: Asker }) =>
      idOf((await as(of.asker, "POST", "/imports", { kind: "template", template: "demo-js" })).body),
    make: (of: { asker: Asker }, importId: string, name: string, more = {}) =>
      as(of.asker, "POST", "/bots", { importId, name, runtime: "node", entry: "index.js", ...more }),
  };
}
