import { createServer } from "node:http";
import { Server, type Socket } from "socket.io";
import { z } from "zod";
import { AppError, type Values } from "#contracts/errors";
import { type EventName, type EventPayload, FRAME_BYTES, PING, requests, type Topic } from "#contracts/events";
import type { TicketClaims } from "#contracts/ticket";
import type { Gateway } from "../ports/index";
import { presentOf } from "../present";
import { isOwnOrigin } from "./origin";
import { createBucket } from "./rate";
import { openGate } from "./ticket";
import { openViewer, type Viewer, type ViewerPorts } from "./viewer";
import { createWire } from "./wire";

/** Requests of one connection a second. A connection that goes on beyond them is ended. */
const PER_SECOND = { all: 20, refused: 100 } as const;
/** Connections of one person's browsers at once, and of one API key. */
const MOST = { person: 200, key: 20 } as const;
/** A connection that shows no ticket within this is ended, ms. */
const TICKET_MS = 5_000;

/** Where each event is told; bot.log comes only through a viewer's own stream. `key`: a newer event of the same key replaces it. */
const reach = {
  "bot.live": { topics: ["bot", "fleet"], key: "bot" },
  "bot.removed": { topics: ["bot", "fleet"], key: "bot" },
  "bot.sample": { topics: ["bot", "fleet"], key: "sample" },
  "bot.log": { topics: [], key: "log" },
  "bot.deploy": { topics: ["bot"], key: "deploy" },
  "bot.deployLog": { topics: ["bot"], key: "deployLog" },
  "host.sample": { topics: ["host"], key: "host" },
} as const satisfies Record<EventName, { topics: readonly ("bot" | "fleet" | "host")[]; key: string }>;

export type GatewayPorts = Omit<ViewerPorts, "gate" | "present"> & {
  /** On 127.0.0.1; 0 takes a free one. */
  port: number;
  ticketKey: Uint8Array;
  /** Origins beside the address that was asked, such as BOTYARD_PUBLIC_URL's. */
  allowedOrigins: readonly string[];
  /** Hears of bugs. */
  say?: (text: string) => void;
};

const handshake = z.object({ ticket: z.string().max(FRAME_BYTES) });

/**
 * The live connections of browsers: Socket.IO on loopback, reached through the web's rewrite. A ticket opens one; the
 * connection lives no longer than it.
 *
 *   upgrade ─▶ origin ─▶ ticket ─▶ viewer ─▶ watch ─▶ answer (the present) ─▶ events, lines
 */
export async function openGateway(ports: GatewayPorts): Promise<Gateway & { port: number }> {
  const { ticketKey, allowedOrigins, say = console.error } = ports;
  const gate = openGate(ticketKey);
  const viewers = new Map<Socket, Viewer>();
  const admitted = new WeakMap<Socket, TicketClaims>();
  const viewerPorts: ViewerPorts = { ...ports, gate, present: presentOf(ports) };

  const http = createServer((_request, response) => response.writeHead(404).end());
  http.headersTimeout = 10_000;
  http.requestTimeout = 30_000;
  const io = new Server(http, {
    path: "/socket.io/",
    serveClient: false,
    transports: ["websocket", "polling"],
    pingInterval: PING.interval,
    pingTimeout: PING.timeout,
    connectTimeout: TICKET_MS,
    maxHttpBufferSize: FRAME_BYTES,
    perMessageDeflate: false,
    allowRequest: (request, answer) =>
      isOwnOrigin(request.headers, allowedOrigins) ? answer(null, true) : answer("wrong_origin", false),
  });

  io.use((socket, next) => {
    try {
      const given = handshake.safeParse(socket.handshake.auth);
      if (!given.success) throw new AppError("ticket_refused");
      const claims = gate.admit(given.data.ticket);
      assertRoom(claims);
      admitted.set(socket, claims);
      next();
    } catch (error) {
      next(Object.assign(new Error("ticket_refused"), { data: refusal(error) }));
    }
  });

  io.on("connection", (socket) => {
    const claims = admitted.get(socket);
    if (!claims) return void socket.disconnect(true);
    let ending: ReturnType<typeof setTimeout> | undefined;
    const live = () => {
      clearTimeout(ending);
      const left = Math.max(0, viewer.claims.livesUntil - Date.now());
      ending = setTimeout(() => socket.disconnect(true), Math.min(left, 2 ** 31 - 1));
    };
    const viewer = openViewer(viewerPorts, {
      claims,
      wire: createWire(socket),
      renewed: live,
    });
    live();
    viewers.set(socket, viewer);
    socket.on("disconnect", () => {
      clearTimeout(ending);
      viewers.delete(socket);
      viewer.close();
    });
    listen(socket, viewer);
  });

  /** What one program opens is not its maker's: it keeps nobody's browser out. */
  function assertRoom({ userId, keyId }: TicketClaims) {
    const most = keyId === undefined ? MOST.person : MOST.key;
    let open = 0;
    for (const { claims } of viewers.values()) if (claims.userId === userId && claims.keyId === keyId) open += 1;
    if (open >= most) throw new AppError("streams_many", { most });
  }

  function listen(socket: Socket, viewer: Viewer) {
    const all = createBucket(PER_SECOND.all);
    const refused = createBucket(PER_SECOND.refused);
    socket.onAny(async (event: string, ...args: unknown[]) => {
      const acknowledge = args.at(-1);
      const answer = (what: object) => {
        if (typeof acknowledge === "function") acknowledge(what);
      };
      try {
        if (!all.take()) {
          if (!refused.take()) return void socket.disconnect(true);
          throw new AppError("too_many_tries", { seconds: 1 });
        }
        if (!isRequest(event)) throw new AppError("bad_input", { detail: "There is no such request." });
        answer(await viewer.answer(event, args[0]));
      } catch (error) {
        answer({ ok: false, ...refusal(error) });
      }
    });
  }

  /** An expected failure as it is; a bug is said here and hidden there. */
  function refusal(error: unknown): { code: string; values: Values } {
    if (error instanceof AppError) return { code: error.code, values: error.values };
    say(`the gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
    return { code: "unexpected", values: {} };
  }

  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(ports.port, "127.0.0.1", () => resolve());
  });
  const address = http.address();
  let closing: Promise<void> | undefined;

  return {
    port: typeof address === "object" && address ? address.port : ports.port,
    publish(name, payload) {
      const { topics, key } = placeOf(name, payload);
      for (const viewer of viewers.values()) viewer.hear(name, payload, topics, key);
    },
    drop(userId, sessionIds) {
      for (const holder of sessionIds ?? [userId]) gate.forget(holder);
      const isTheirs = ({ claims }: Viewer) =>
        [claims.userId, claims.viewerId].includes(userId) && (sessionIds?.includes(claims.sessionId ?? "") ?? true);
      for (const [socket, viewer] of viewers) if (isTheirs(viewer)) socket.disconnect(true);
    },
    dropAll() {
      gate.forgetAll();
      for (const socket of viewers.keys()) socket.disconnect(true);
    },
    close() {
      closing ??= (async () => {
        io.disconnectSockets(true);
        await io.close();
      })();
      return closing;
    },
  };
}

const isRequest = (event: string): event is keyof typeof requests => Object.hasOwn(requests, event);

function placeOf<Name extends EventName>(name: Name, payload: EventPayload<Name>): { topics: Topic[]; key: string } {
  const botId = "botId" in payload ? payload.botId : "";
  const topics = reach[name].topics.map((topic): Topic => (topic === "bot" ? `bot:${botId}` : topic));
  return { topics, key: `${reach[name].key}:${botId}` };
}
