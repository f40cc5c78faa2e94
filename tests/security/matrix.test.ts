import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { botPermissions, type Permission } from "#contracts/access";
import { events, requests } from "#contracts/events";
import { ticketClaims } from "#contracts/ticket";
import { allows } from "../../worker/gateway/access";
import type { Answer } from "./support/call";
import {
  openWorld,
  type Role,
  type RoleName,
  roleNames,
  type Target,
  targets,
  type World,
} from "./support/matrix-world";
import { type Operation, operations } from "./support/operations";
import { samples } from "./support/samples";

/*
 * Who may do what, all of it: every operation asked by everybody of every kind of bot. What is to come of it follows from the permission that
 * the operation declares, so that one which is added is tried by being there; it only needs a sample of its input.
 */

// Shut, the gate asks for the permission before the verb does. Open, nobody but the verb asks, as where a page calls it.
// For whom it is open: a test that was given up goes on, and opens it for no other.
const open = await vi.hoisted(async () => new (await import("node:async_hooks")).AsyncLocalStorage<true>());
vi.mock("../../src/server/permitted", async (original) => {
  const real = await original<typeof import("../../src/server/permitted")>();
  const assertPermitted: typeof real.assertPermitted = async (...asked) =>
    open.getStore() ? undefined : real.assertPermitted(...asked);
  return { ...real, assertPermitted };
});

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 300_000);
afterAll(() => world?.close());

type Verdict = "heard" | "not_signed_in" | "not_found" | "key_beyond" | `not_allowed ${Permission}`;

/** What is to come of it. */
function expected({ name, permission, enough, writes, onBot }: Operation, role: Role, target: Target): Verdict {
  const [first = permission] = enough;
  // A key that is no good is refused wherever it is looked at, which it is where something is written.
  if (permission === "open") return !role.signedIn && role.asker.authorization && writes ? "not_signed_in" : "heard";
  if (!role.signedIn) return "not_signed_in";
  const isOfBot = botPermissions.some((one) => one === permission);
  if (!isOfBot && permission !== "self" && !role.panel.includes(permission)) return `not_allowed ${first}`;
  if (samples[name]?.inPerson && role.asker.authorization) return `not_allowed ${first}`;
  if (samples[name]?.keyless && role.asker.authorization && role !== world.roles.local) return "key_beyond";
  const tagged = samples[name]?.tagged;
  if (tagged && role.ownsTag && !role.own.includes(tagged)) return `not_allowed ${tagged}`;
  if (!onBot) return "heard";
  const here = target === "none" ? [] : role[target];
  if (here.length === 0) return "not_found";
  return !isOfBot || enough.some((one) => here.includes(one)) ? "heard" : `not_allowed ${first}`;
}

/** What came of it. What an operation says of anything but the bot and the permission, it says to who was heard. */
function verdict({ code, values }: Answer): Verdict {
  if (code === "not_signed_in" || code === "key_beyond") return code;
  if (code === "not_found" && values.what === "bot") return code;
  if (code === "not_allowed") return `not_allowed ${String(values.permission)}` as Verdict;
  return "heard";
}

const counts = { calls: 0, refused: 0, heard: 0 };
type Case = { role: RoleName; target: Target; wanted: Verdict };
const casesOf = (one: Operation): Case[] =>
  roleNames.flatMap((role) =>
    (one.onBot ? targets : (["own"] as const)).map((target) => ({
      role,
      target,
      wanted: expected(one, world.roles[role], target),
    })),
  );
async function ask(one: Operation, { role, target }: Pick<Case, "role" | "target">): Promise<Answer> {
  counts.calls += 1;
  return world.call(world.roles[role].asker, one.name, samples[one.name]?.input?.(world.scene(target, role)));
}

/** Which of those who are to be refused the verb itself would not refuse. */
async function heardByVerb(one: Operation, refused: readonly Case[]): Promise<Case[]> {
  const heard: (Case & { code: string })[] = [];
  for (const each of refused) {
    const answer = await open.run(true, () => ask(one, each));
    // For the owner of the machine alone, which is said in other words.
    if (verdict(answer) === "heard" && answer.code !== "local_only") heard.push({ ...each, code: answer.code });
  }
  counts.calls -= refused.length;
  return heard;
}

test("every operation has a sample of its input, and none is left of one that is gone", () => {
  expect(Object.keys(samples).sort()).toEqual(operations.map(({ name }) => name).sort());
});

test.each(operations.map((one) => [one.name, one] as const))("%s", async (name, one) => {
  await world.reset();
  const cases = casesOf(one);
  const refused = cases.filter(({ wanted }) => wanted !== "heard");
  const told = await Promise.all(refused.map(async (each) => ({ ...each, got: verdict(await ask(one, each)) })));
  expect(told.filter(({ wanted, got }) => wanted !== got)).toEqual([]);
  counts.refused += told.length;
  // Who is refused changed nothing, and the worker has not heard of it.
  expect([await world.changed(), world.panel.worker.asks]).toEqual([[], []]);
  const heard = await heardByVerb(one, refused);
  expect([heard, await world.changed(), world.panel.worker.asks]).toEqual([[], [], []]);

  const sample = samples[name];
  const honest = sample?.by ?? (one.permission === "admin" ? "admin" : "owner");
  for (const each of cases.filter(({ wanted }) => wanted === "heard")) {
    const answer = await ask(one, each);
    if (one.writes) await world.reset();
    // Nobody is in a bot's way who does not know it: to leave one is for its members.
    const isLeft = name === "members.leave" && answer.code === "not_found";
    expect([each, isLeft ? "heard" : verdict(answer)]).toEqual([each, "heard"]);
    expect([each, answer.status === 500 ? answer : "no bug"]).toEqual([each, "no bug"]);
    counts.heard += 1;
    if (each.role === honest && each.target === "own")
      expect([each, answer.code]).toEqual([each, sample?.says ?? "done"]);
  }
});

test("events and requests of the live connection reach whom they are meant for, by the ticket that each is given", async () => {
  let tried = 0;
  for (const role of roleNames) {
    const { asker, signedIn, own, others } = world.roles[role];
    const { status, body } = await world.panel.ask(asker, "POST", "/v1/live/ticket");
    expect([role, status]).toEqual([role, signedIn ? 200 : 401]);
    if (!signedIn) continue;
    const { ticket } = z.object({ ticket: z.string() }).parse(body);
    const claims = ticketClaims.parse(JSON.parse(Buffer.from(ticket.split(".")[0] ?? "", "base64url").toString()));
    for (const [name, { permission }] of Object.entries({ ...events, ...requests }))
      for (const target of targets) {
        const here: readonly Permission[] = target === "own" ? own : target === "others" ? others : [];
        // An admin's ticket is for all bots; one that is not there tells nothing.
        const isWhole = claims.bots === "all" && target === "none";
        const wanted = permission === "self" || here.includes(permission) || isWhole;
        expect([role, name, target, allows(claims, permission, world.scene(target).bot)]).toEqual([
          role,
          name,
          target,
          wanted,
        ]);
        tried += 1;
      }
  }
  console.info(
    `live: ${tried} of ${Object.keys({ ...events, ...requests }).length} events and requests × who × which bot, as declared`,
  );
});

test("all of it was tried", () => {
  const { calls, refused, heard } = counts;
  expect(refused + heard).toBe(calls);
  expect(calls).toBe(operations.reduce((sum, { onBot }) => sum + roleNames.length * (onBot ? targets.length : 1), 0));
  console.info(
    `${operations.length} operations × ${roleNames.length} who ask × ${targets.length} bots: ${calls} calls, ${refused} refused and ${heard} heard, as declared`,
  );
});
