import { expect, test, vi } from "vitest";
import { type EventName, type EventPayload, events } from "#contracts/events";
import type { LogLine } from "#contracts/log";
import { createOutbox, WAITING } from "./outbox";

const line = (n: number, text = `n ${n}`): LogLine => ({
  run: 1,
  offset: n,
  next: n + 1,
  at: 0,
  stream: "out",
  level: "plain",
  text,
});
const many = (from: number, count: number, text?: string) =>
  Array.from({ length: count }, (_, i) => line(from + i, text));

function slowWire() {
  const sent: { name: EventName; payload: EventPayload<EventName> }[] = [];
  const wire = {
    open: false,
    emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void sent.push({ name, payload }),
    drained: () => wire.open,
  };
  const logs = () =>
    sent.flatMap(({ name, payload }) => (name === "bot.log" ? [events["bot.log"].payload.parse(payload)] : []));
  return { wire, sent, logs };
}

test("a viewer that reads gets every line, in order, in pieces", async () => {
  const { wire, logs } = slowWire();
  wire.open = true;
  const outbox = createOutbox(wire);
  outbox.log("abcdefghij", "console", many(0, 700), 0);
  outbox.log("abcdefghij", "console", many(700, 600), 0);
  await vi.waitFor(() => expect(logs().flatMap((event) => event.lines)).toHaveLength(1_300));
  expect(logs().flatMap((event) => event.lines.map((one) => one.offset))).toEqual(
    many(0, 1_300).map((one) => one.offset),
  );
  expect(logs().every((event) => event.missed === undefined && event.lines.length <= 500)).toBe(true);
  outbox.close();
});

test("a viewer that does not read loses the oldest lines and is told exactly how many", async () => {
  const { wire, logs } = slowWire();
  const outbox = createOutbox(wire);
  for (let part = 0; part < 20; part++) outbox.log("abcdefghij", "console", many(part * 1_000, 1_000), 0);
  outbox.log("klmnopqrst", "console", many(0, 3), 0);
  wire.open = true;
  await vi.waitFor(() =>
    expect(
      logs()
        .flatMap((event) => event.lines)
        .at(-1)?.offset,
    ).toBe(19_999),
  );
  const own = logs().filter((event) => event.botId === "abcdefghij");
  const lines = own.flatMap((event) => event.lines);
  expect(lines.length).toBeLessThanOrEqual(WAITING.lines);
  expect(lines.length).toBeGreaterThan(WAITING.lines / 2);
  expect(own[0]?.missed).toBe(20_000 - lines.length);
  expect(own.slice(1).every((event) => event.missed === undefined)).toBe(true);
  expect(lines[0]?.offset).toBe(20_000 - lines.length);
  // Another bot's few lines do not pay for it.
  expect(
    logs()
      .filter((event) => event.botId === "klmnopqrst")
      .flatMap((event) => event.lines),
  ).toHaveLength(3);
  outbox.close();
});

test("long lines count by their length, and a hole swallows what waits before it", async () => {
  const { wire, logs } = slowWire();
  const outbox = createOutbox(wire);
  outbox.log("abcdefghij", "console", many(0, 200, "x".repeat(16_000)), 0);
  outbox.log("abcdefghij", "console", [line(999)], 1_000);
  wire.open = true;
  await vi.waitFor(() => expect(logs()).toHaveLength(1));
  expect(logs()[0]).toMatchObject({ missed: 1_200, lines: [{ offset: 999 }] });
  outbox.close();
});

test("of a state only the newest waits, and nothing is sent after the close", async () => {
  const { wire, sent } = slowWire();
  const outbox = createOutbox(wire);
  const sample = (cpu: number) => ({ botId: "abcdefghij", sample: { at: 1, cpu, memory: 1 } });
  for (const cpu of [1, 2, 3]) outbox.state("sample:abcdefghij", "bot.sample", sample(cpu));
  wire.open = true;
  await vi.waitFor(() => expect(sent).toEqual([{ name: "bot.sample", payload: sample(3) }]));
  outbox.state("sample:abcdefghij", "bot.sample", sample(4));
  outbox.close();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(sent).toHaveLength(1);
});
