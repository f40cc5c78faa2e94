import { expect, onTestFinished, test, vi } from "vitest";
import { events } from "#contracts/events";
import type { LogLine } from "#contracts/log";
import { supervised } from "../testing/supervisor";
import { ask, eachOnOwnGateway, hearLines, mine, open, stage, watch, write } from "./testing/stage";

eachOnOwnGateway();

test("a watcher gets the present and the log, and the stream goes on without gap or double", async () => {
  write("one\ntwo\n");
  const socket = await open();
  const heard = hearLines(socket);
  let n = 0;
  const timer = setInterval(() => write(`n ${n++}\n`), 1);
  onTestFinished(() => clearInterval(timer));
  const lines: LogLine[] = [];
  for (let again = 0; again < 5; again++) {
    heard.length = 0;
    const last = lines.at(-1);
    const after = last ? { after: { run: last.run, offset: last.next } } : {};
    const answer = await watch(socket, { topic: `bot:${mine}`, ...after });
    expect(answer.log?.gap).toBe(false);
    lines.push(...(answer.log?.lines ?? []));
    await vi.waitFor(() => expect(heard.flatMap((event) => event.lines).length).toBeGreaterThan(20));
    await ask(socket, "unwatch", { topic: `bot:${mine}` });
    lines.push(...heard.flatMap((event) => event.lines));
  }
  clearInterval(timer);
  expect(lines.slice(0, 3).map((line) => line.mark?.kind ?? line.text)).toEqual(["started", "one", "two"]);
  const numbers = lines.slice(3).map((line) => Number(line.text.slice(2)));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(numbers.length).toBeGreaterThan(100);
  heard.length = 0;
  write("unwatched\n");
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(heard).toEqual([]);
});

test("the install log comes with the bot's, from now on", async () => {
  write("old\n", 1, "install.log");
  const socket = await open();
  const heard = hearLines(socket);
  await watch(socket, { topic: `bot:${mine}` });
  await new Promise((resolve) => setTimeout(resolve, 250));
  write("added 1 package\n", 1, "install.log");
  await vi.waitFor(() =>
    expect(heard.map((event) => [event.source, event.lines[0]?.text])).toEqual([["install", "added 1 package"]]),
  );
});

test("a viewer slower than its bot stays connected, and every line is sent or counted", async () => {
  write("begin\n");
  const socket = await open();
  let sent = 0;
  let counted = 0;
  let last = "";
  let slow = true;
  socket.on("bot.log", (raw: unknown, acknowledge: () => void) => {
    const { lines, missed = 0 } = events["bot.log"].payload.parse(raw);
    sent += lines.length;
    counted += missed;
    last = lines.at(-1)?.text ?? last;
    setTimeout(acknowledge, slow ? 300 : 0);
  });
  const answer = await watch(socket, { topic: `bot:${mine}` });
  expect(answer.log?.lines).toHaveLength(2);
  for (let part = 0; part < 20; part++) {
    write(`line ${"x".repeat(80)}\n`.repeat(3_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  slow = false;
  write("end\n");
  await vi.waitFor(() => expect(last).toBe("end"));
  expect(sent + counted).toBe(60_001);
  expect(counted).toBeGreaterThan(30_000);
  expect(socket.connected).toBe(true);
});

test("a place whose run is gone is a gap, and the newest lines follow", async () => {
  write("kept\n", 5);
  const socket = await open();
  const answer = await watch(socket, { topic: `bot:${mine}`, after: { run: 2, offset: 10 } });
  expect(answer.log).toMatchObject({ gap: true, lines: [{ mark: { kind: "started" } }, { text: "kept" }] });
  const future = await watch(socket, { topic: `bot:${mine}`, after: { run: 9, offset: 10 } });
  expect(future.log?.lines).toHaveLength(2);
});

test("who watches before the worker knows its bots is not told that there is none", async () => {
  write("one\n");
  const known = stage.bots.supervisor.get(mine) ?? supervised();
  await stage.bots.supervisor.remove(mine);
  const awake = vi.spyOn(stage.bots.supervisor, "awake").mockImplementation(async (id) => stage.bots.become(id, known));
  const socket = await open();
  expect(await watch(socket, { topic: `bot:${mine}` })).toMatchObject({
    ok: true,
    log: { lines: [{}, { text: "one" }] },
  });
  expect(awake).toHaveBeenCalledWith(mine);
});
