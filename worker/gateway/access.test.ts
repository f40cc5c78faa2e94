import { expect, onTestFinished, test, vi } from "vitest";
import { events } from "#contracts/events";
import { supervised } from "../testing/supervisor";
import {
  ask,
  connected,
  dial,
  eachOnOwnGateway,
  ended,
  hear,
  hearLines,
  hostSample,
  listeners,
  mine,
  open,
  other,
  stage,
  ticket,
  watch,
  write,
} from "./testing/stage";

eachOnOwnGateway();

test("a ticket for one bot watches and hears of no other", async () => {
  const socket = await open();
  const live = hear(socket, "bot.live", events["bot.live"].payload);
  const samples = hear(socket, "bot.sample", events["bot.sample"].payload);
  expect(Object.keys((await watch(socket, { topic: "fleet" })).live)).toEqual([mine]);
  const refusal = { ok: false, code: "not_found" };
  expect(await ask(socket, "watch", { topic: `bot:${other}` })).toMatchObject(refusal);
  expect(await ask(socket, "watch", { topic: "bot:zzzzzzzzzz" })).toMatchObject(refusal);

  stage.bots.become(other, supervised({ restarts: 5 }));
  stage.bots.become(mine, supervised({ restarts: 1 }));
  for (const listener of listeners) for (const id of [other, mine]) listener(id, { at: 1, cpu: 3, memory: 4 });
  await vi.waitFor(() => expect(samples.map((event) => event.botId)).toEqual([mine]));
  expect(live.map((event) => [event.botId, event.live.restarts])).toEqual([[mine, 1]]);
});

test("without console:read there is no log", async () => {
  write("secret\n");
  const socket = await open({ bots: { [mine]: ["bot:view"] } });
  const heard = hearLines(socket);
  expect((await watch(socket, { topic: `bot:${mine}` })).log).toBeUndefined();
  write("more\n");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(heard).toEqual([]);
});

test("an admin sees every bot, and hears when one is deleted", async () => {
  const socket = await open({ bots: "all" });
  const removed = hear(socket, "bot.removed", events["bot.removed"].payload);
  expect(Object.keys((await watch(socket, { topic: "fleet" })).live).sort()).toEqual([mine, other]);
  expect((await watch(socket, { topic: "host" })).host).toEqual([hostSample]);
  stage.bots.become(other, null);
  await vi.waitFor(() => expect(removed).toEqual([{ botId: other }]));
});

test("a connection ends with its ticket, unless the same person renews it", async () => {
  // The ticket's time passes when it is told to, however long all this takes.
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const soon = { livesUntil: Date.now() + 1_000 };
  const [short, kept] = await Promise.all([open(soon), open(soon)]);
  const end = ended(short);
  const fleet = hear(kept, "bot.live", events["bot.live"].payload);
  await watch(kept, { topic: "fleet" });
  expect(await ask(kept, "renew", { ticket: ticket({ userId: "u2" }) })).toMatchObject({ code: "ticket_refused" });
  const renewed = ticket({ bots: { [mine]: ["bot:view"], [other]: ["bot:view"] } });
  expect(await ask(kept, "renew", { ticket: renewed })).toEqual({ ok: true });
  expect(await ask(kept, "renew", { ticket: renewed })).toMatchObject({ code: "ticket_refused" });
  // A bot that the fresh ticket adds shows up by itself.
  await vi.waitFor(() => expect(fleet.map((event) => event.botId)).toEqual([other]));
  vi.advanceTimersByTime(1_000);
  expect(await end).toBe("io server disconnect");
  expect(await ask(kept, "unwatch", { topic: "fleet" })).toEqual({ ok: true });
});

test("a renewal that takes a bot away ends its stream", async () => {
  write("one\n");
  const socket = await open();
  const heard = hearLines(socket);
  await watch(socket, { topic: `bot:${mine}` });
  await ask(socket, "renew", { ticket: ticket({ bots: {} }) });
  write("two\n");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(heard).toEqual([]);
});

test("when a person's access changes their sockets end at once, and old tickets open nothing", async () => {
  const older = ticket();
  const [mineOpen, theirs] = await Promise.all([open(), open({ userId: "u2" })]);
  const end = ended(mineOpen);
  stage.gateway.drop("u1");
  expect(await end).toBe("io server disconnect");
  expect(theirs.connected).toBe(true);
  await expect(connected(dial(older))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
});

test("when one session ends, its sockets do, and those of the person's others stay", async () => {
  const older = ticket({ sessionId: "s1" });
  const [one, other] = await Promise.all([open({ sessionId: "s1" }), open({ sessionId: "s2" })]);
  const end = ended(one);
  stage.gateway.drop("u1", ["s1"]);
  expect(await end).toBe("io server disconnect");
  expect(other.connected).toBe(true);
  await expect(connected(dial(older))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  await open({ sessionId: "s2" });
});
