import type { Actor } from "#contracts/access";
import { streams as operations, told } from "#contracts/api/streams";
import { AppError } from "#contracts/errors";
import { type EventName, events } from "#contracts/events";
import type { LogCursor, LogLine } from "#contracts/log";
import { TICKET } from "#contracts/ticket";
import { assertMay, isAccessLost } from "../access";
import { actorOf } from "../actor";
import { atOnce } from "../at-once";
import { pathParts } from "../path-parts";
import { parsed } from "../transfer";
import { type Connection, connect } from "./connection";
import { type Outlet, openOutlet, type Said } from "./outlet";

/*
 * Server-sent events. The web asks the gateway for a live connection in the reader's name, as their browser would, and writes down what it
 * hears: so who may see what, how much waits for a slow reader, and that revoked access ends the connection are decided in one place.
 */

const LOG = /^\/api\/v1\/bots\/([^/]+)\/log\/stream$/;
const EVENTS = "/api/v1/events";

/** Streams of one person at once. */
const MOST = 8;
const open = atOnce(MOST, () => new AppError("streams_many", { most: MOST }));
/** How often it is looked whether the reader may still, ms. */
const LOOK_MS = 3_000;

/** Whether a request asks for a stream of events. */
export const isStream = ({ method, url }: Request): boolean => {
  const { pathname } = new URL(url);
  return method === "GET" && (pathname === EVENTS || LOG.test(pathname));
};

/** Answers it, or throws as any operation does. */
export async function serveStream(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const query = Object.fromEntries(searchParams);
  if (pathname === EVENTS) {
    const ask = async () => signedIn(request.headers);
    const actor = await ask();
    const { host } = await parsed(operations.events["~orpc"].inputSchema, query);
    return stream(request, ask, actor, (connection, outlet) => tellEvents(connection, outlet, host));
  }
  const [botId = ""] = pathParts(LOG, request);
  const ask = async () => {
    const actor = await signedIn(request.headers);
    await assertMay(actor, "console:read", botId);
    return actor;
  };
  const actor = await ask();
  const last = request.headers.get("last-event-id");
  const given = { ...query, botId, ...(last !== null && last !== "" && { after: last }) };
  const { after, lines } = await parsed(operations.log["~orpc"].inputSchema, given);
  return stream(request, ask, actor, (connection, outlet) => tellLog(connection, outlet, { botId, after, lines }));
}

async function signedIn(headers: Headers): Promise<Actor> {
  const actor = await actorOf(headers);
  if (!actor) throw new AppError("not_signed_in");
  return actor;
}

/** `ask` says who reads, as long as they may. */
async function stream(
  { signal }: Request,
  ask: () => Promise<Actor>,
  actor: Actor,
  tell: (connection: Connection, outlet: Outlet) => Promise<void>,
): Promise<Response> {
  const leave = open.enter(actor);
  try {
    const connection = await connect(actor);
    let renewed = Date.now();
    const look = setInterval(async () => {
      try {
        const now = await ask();
        if (Date.now() - renewed < TICKET.livesMs / 2) return;
        renewed = Date.now();
        await connection.renew(now);
      } catch (error) {
        // A database that does not answer now says nothing about access; the ticket ends by itself.
        if (isAccessLost(error)) outlet.end();
      }
    }, LOOK_MS);
    const outlet = openOutlet(() => {
      clearInterval(look);
      connection.close();
      leave();
    });
    connection.onEnd(outlet.end);
    signal.addEventListener("abort", outlet.end, { once: true });
    if (signal.aborted) outlet.end();
    await tell(connection, outlet).catch((error: unknown) => {
      outlet.end();
      throw error;
    });
    return new Response(outlet.body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        // Neither kept nor packed on the way, nor collected first.
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  } catch (error) {
    leave();
    throw error;
  }
}

type LogFrom = { botId: string; after: string | undefined; lines: number };

async function tellLog(connection: Connection, outlet: Outlet, { botId, after, lines }: LogFrom): Promise<void> {
  let isFirst = true;
  /** Until the present is told, what comes after it waits. */
  let later: (() => void)[] | null = [];
  connection.onEvent((name, payload, taken) => {
    if (name === "bot.removed") return outlet.end();
    const log = name === "bot.log" ? events["bot.log"].payload.safeParse(payload).data : undefined;
    if (log?.source !== "console") return taken();
    // The gateway takes a reader for one who acknowledges nothing when the first answer takes too long.
    if (isFirst) taken();
    const tell = () => {
      const missed: Said[] = log.missed ? [{ event: "missed", data: { lines: log.missed } }] : [];
      outlet.lines([...missed, ...log.lines.map(saidOf)], taken);
    };
    isFirst = false;
    if (later) later.push(tell);
    else tell();
  });
  const answer = await connection.watch(`bot:${botId}`, cursorOf(after));
  const first = answer.log?.lines ?? [];
  const gap: Said[] = answer.log?.gap ? [{ event: "gap", data: {} }] : [];
  const shown = after === undefined ? first.slice(first.length - Math.min(lines, first.length)) : first;
  if (gap.length + shown.length > 0) outlet.lines([...gap, ...shown.map(saidOf)], () => {});
  for (const tell of later) tell();
  later = null;
}

const saidOf = (line: LogLine): Said => ({ id: `${line.run}.${line.next}`, data: line });

function cursorOf(text: string | undefined): LogCursor | undefined {
  if (text === undefined) return undefined;
  const [run = 0, offset = 0] = text.split(".").map(Number);
  return { run, offset };
}

async function tellEvents(connection: Connection, outlet: Outlet, host: boolean): Promise<void> {
  const say = (name: EventName, payload: object) => {
    const botId = "botId" in payload ? String(payload.botId) : "";
    // That a bot is gone is the last that is told of it.
    const key = name === "bot.removed" ? "bot.live" : name;
    outlet.state(`${key}/${botId}`, { data: { name, payload } });
  };
  const tellable: readonly string[] = told;
  connection.onEvent((name, payload, taken) => {
    if (tellable.includes(name) && typeof payload === "object" && payload !== null) say(name as EventName, payload);
    taken();
  });
  const fleet = await connection.watch("fleet");
  for (const [botId, live] of Object.entries(fleet.live)) say("bot.live", { botId, live });
  if (!host) return;
  const { host: samples = [] } = await connection.watch("host");
  const sample = samples.at(-1);
  if (sample) say("host.sample", { sample });
}
