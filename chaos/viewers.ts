import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { z } from "zod";
import { events, FRAME_BYTES, watchAnswer } from "#contracts/events";
import type { LogLine } from "#contracts/log";
import type { Api } from "./api";
import type { Hired } from "./crew";
import type { Visit } from "./plan";

/** What the viewers that listened well were told, and what was wrong with it. */
export type Viewing = { visits: number; lines: number; wrong: string[] };

export type ViewerPorts = { api: Api; gatewayPort: number; crew: readonly Hired[] };

/** Follows a list of visits until it is over. Hostile ones are answered or cut off; what counts is that nobody else notices. */
export async function sit(
  ports: ViewerPorts,
  visits: Iterator<Visit>,
  viewing: Viewing,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    const { value: visit } = visits.next();
    const id = ports.crew[visit.bot]?.id;
    const ticket = await ports.api.ticket().catch(() => undefined);
    if (id !== undefined && ticket !== undefined) {
      viewing.visits += 1;
      const stay = () => sleep(visit.ms, undefined, { signal: over }).catch(() => {});
      if (visit.kind === "faithful") await faithful(ports, { ticket, id, stay, viewing });
      else await rude(ports, { kind: visit.kind, ticket, id, stay });
    }
    await sleep(300, undefined, { signal: over }).catch(() => {});
  }
}

type Stay = { ticket: string; id: string; stay(): Promise<unknown> };

/** Reads all it is told and looks whether each line follows the one before. */
async function faithful({ gatewayPort }: ViewerPorts, { ticket, id, stay, viewing }: Stay & { viewing: Viewing }) {
  const socket = io(`http://127.0.0.1:${gatewayPort}`, {
    auth: { ticket },
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
  });
  let last: LogLine | undefined;
  const early: unknown[] = [];
  let answered = false;

  function hear(lines: readonly LogLine[], missed: number): void {
    viewing.lines += lines.length;
    for (const line of lines) {
      const wrong = last && missed === 0 ? breach(last, line) : undefined;
      if (wrong) viewing.wrong.push(`${id}: ${wrong}`);
      last = line;
      missed = 0;
    }
  }
  function take(payload: unknown): void {
    const read = events["bot.log"].payload.parse(payload);
    if (read.source === "console") hear(read.lines, read.missed ?? 0);
  }

  socket.on("bot.log", (payload: unknown, acknowledge?: () => void) => {
    if (answered) take(payload);
    else early.push(payload);
    acknowledge?.();
  });
  socket.on("connect", () =>
    socket.emit("watch", { topic: `bot:${id}` }, (answer: unknown) => {
      const read = watchAnswer.parse(answer);
      if (read.ok) hear(read.log?.lines ?? [], 0);
      answered = true;
      for (const payload of early) take(payload);
    }),
  );
  await stay();
  socket.close();
}

/** What is wrong with a line after another one; undefined when it follows it. */
export function breach(last: LogLine, line: LogLine): string | undefined {
  const place = `${line.run}.${line.offset} after ${last.run}.${last.next}`;
  if (line.run < last.run || (line.run === last.run && line.next <= last.next && line.mark?.kind !== "started"))
    return `told twice or out of order: ${place}`;
  if (line.run === last.run && line.stream === "out" && last.stream === "out" && line.offset !== last.next)
    return `left out: ${place}`;
  return undefined;
}

/** Speaks Engine.IO by hand, badly. */
async function rude(
  { gatewayPort, crew }: ViewerPorts,
  { kind, ticket, id, stay }: Stay & { kind: Exclude<Visit["kind"], "faithful"> },
) {
  const socket = new WebSocket(`ws://127.0.0.1:${gatewayPort}/socket.io/?EIO=4&transport=websocket`);
  const emit = (ack: number, event: string, payload: unknown) =>
    socket.send(`42${ack}${JSON.stringify([event, payload])}`);
  const opened = z.string().startsWith("0{");
  let noise: ReturnType<typeof setInterval> | undefined;
  socket.on("error", () => {});
  socket.on("message", (bytes) => {
    const text = String(bytes);
    if (socket.readyState !== WebSocket.OPEN) return;
    if (text === "2") socket.send("3");
    else if (opened.safeParse(text).success) socket.send(`40${JSON.stringify({ ticket })}`);
    else if (text.startsWith("40")) act();
  });

  function act(): void {
    if (kind === "deaf" || kind === "greedy") {
      const all = kind === "deaf" ? [id] : crew.map((one) => one.id);
      for (const [ack, one] of all.entries()) emit(ack, "watch", { topic: `bot:${one}`, after: { run: 0, offset: 0 } });
      emit(99, "watch", { topic: "fleet" });
      emit(98, "watch", { topic: "host" });
    }
    if (kind === "deaf") setTimeout(() => socket.pause(), 50);
    if (kind === "huge") socket.send(`420${JSON.stringify(["watch", { topic: "x".repeat(FRAME_BYTES * 4) }])}`);
    if (kind === "garbage") noise = setInterval(() => babble(socket, id), 20);
  }

  await stay();
  clearInterval(noise);
  socket.terminate();
}

const nonsense = [
  '42["watch"]',
  '42["watch",{"topic":"bot:../../etc"}]',
  '42["watch",{"topic":"fleet","after":{"run":-1,"offset":1e99}}]',
  "42[",
  '451-["watch",{"_placeholder":true,"num":0}]',
  "9999",
  "\u0000\u0001\u0002",
  '42["renew",{"ticket":"a.b"}]',
  '42["__proto__",{"constructor":1}]',
];

function babble(socket: WebSocket, id: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(nonsense[Math.floor(Math.random() * nonsense.length)] ?? "");
  socket.send(`42["watch",{"topic":"bot:${id}"}]`);
  socket.send(Buffer.from([0, 255, 1, 254]));
}
