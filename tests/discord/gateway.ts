import { randomBytes } from "node:crypto";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { type Bot, type Json, PRIVILEGED, type World } from "./world";

/** Close codes of the gateway that a bot meets; the texts are Discord's. */
export const closes = {
  4002: "Error while decoding payload.",
  4003: "Not authenticated.",
  4004: "Authentication failed.",
  4010: "Invalid shard.",
  4011: "Sharding required.",
  4013: "Invalid intent(s).",
  4014: "Disallowed intent(s).",
} as const;

const packet = z.object({ op: z.number(), d: z.unknown() });
const identify = z.object({
  token: z.string(),
  intents: z.number().optional(),
  shard: z.tuple([z.number(), z.number()]).optional(),
});
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });

/** A session outlives its socket: events are kept for a RESUME. */
type Session = {
  id: string;
  bot: Bot;
  shard: [number, number];
  seq: number;
  sent: (Json & { s: number })[];
  socket: WebSocket | undefined;
};

const KEPT = 500;

/** One line of what went on, for assertions. */
export type GatewayEvent = {
  kind: "open" | "identify" | "resume" | "heartbeat" | "close";
  bot?: string;
  code?: number;
};

/** The gateway side of the simulator: json, uncompressed, several sessions. */
export function createGateway(world: World, options: { url: () => string; log: (event: GatewayEvent) => void }) {
  const server = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();

  function send(socket: WebSocket | undefined, payload: Json) {
    if (socket?.readyState === 1) socket.send(JSON.stringify({ t: null, s: null, d: null, ...payload }));
  }

  function dispatch(session: Session, t: string, d: unknown) {
    session.seq += 1;
    const event = { op: 0, t, s: session.seq, d };
    session.sent.push(event);
    if (session.sent.length > KEPT) session.sent.shift();
    send(session.socket, event);
  }

  function onIdentify(socket: WebSocket, body: unknown): Session | keyof typeof closes {
    const asked = identify.safeParse(body);
    if (!asked.success) return 4002;
    const bot = world.byToken(asked.data.token);
    const shard = asked.data.shard ?? [0, 1];
    const { intents } = asked.data;
    if (!bot) return 4004;
    if (shard[0] >= shard[1]) return 4010;
    if (shard[1] < bot.shards) return 4011;
    if (intents === undefined || intents < 0 || intents >= 1 << 26) return 4013;
    if (intents & PRIVILEGED & ~bot.intents) return 4014;
    world.startsLeft -= 1;
    const session: Session = { id: randomBytes(16).toString("hex"), bot, shard, seq: 0, sent: [], socket };
    sessions.set(session.id, session);
    const mine = Number((BigInt(world.guildId) >> 22n) % BigInt(shard[1])) === shard[0];
    dispatch(session, "READY", {
      v: 10,
      user: { ...bot.user, verified: true, mfa_enabled: false, email: null },
      user_settings: {},
      guilds: mine ? [{ id: world.guildId, unavailable: true }] : [],
      private_channels: [],
      presences: [],
      relationships: [],
      session_id: session.id,
      session_type: "normal",
      resume_gateway_url: options.url(),
      shard,
      application: { id: bot.id, flags: 565_248 },
      geo_ordered_rtc_regions: [],
    });
    if (mine) dispatch(session, "GUILD_CREATE", world.guildFor(bot));
    return session;
  }

  function onResume(socket: WebSocket, body: unknown): Session | undefined {
    const asked = resume.safeParse(body);
    const session = asked.success ? sessions.get(asked.data.session_id) : undefined;
    if (!asked.success || session?.bot.token !== asked.data.token) return undefined;
    if ((session.sent[0]?.s ?? 1) > asked.data.seq + 1) return undefined;
    session.socket = socket;
    for (const event of session.sent.filter(({ s }) => s > asked.data.seq)) send(socket, event);
    dispatch(session, "RESUMED", {});
    return session;
  }

  server.on("connection", (socket: WebSocket) => {
    let session: Session | undefined;
    const close = (code: keyof typeof closes) => socket.close(code, closes[code]);
    options.log({ kind: "open" });
    send(socket, { op: 10, d: { heartbeat_interval: world.heartbeatMs } });
    socket.on("message", (raw: RawData) => {
      const read = parse(raw);
      if (!read) return close(4002);
      if (read.op === 1) {
        options.log({ kind: "heartbeat", bot: session?.bot.name });
        return send(socket, { op: 11 });
      }
      if (read.op === 2) {
        const answer = onIdentify(socket, read.d);
        if (typeof answer === "number") return close(answer);
        session = answer;
        return options.log({ kind: "identify", bot: session.bot.name });
      }
      if (read.op === 6) {
        session = onResume(socket, read.d);
        if (!session) return send(socket, { op: 9, d: false });
        return options.log({ kind: "resume", bot: session.bot.name });
      }
      // Presence and voice updates are taken without a word.
      return session ? undefined : close(4003);
    });
    socket.on("close", (code) => {
      options.log({ kind: "close", code, bot: session?.bot.name });
      if (session?.socket !== socket) return;
      session.socket = undefined;
      // Only these two closes end a session; after any other it may be resumed.
      if (code === 1000 || code === 1001) sessions.delete(session.id);
    });
  });

  const of = (bot: Bot) => [...sessions.values()].filter((session) => session.bot === bot && session.socket);

  return {
    server,
    /** Sends an event to the sessions of a bot; false when it is not connected. */
    dispatch(bot: Bot, event: string, body: unknown): boolean {
      const open = of(bot);
      for (const session of open) dispatch(session, event, body);
      return open.length > 0;
    },
    isOnline: (bot: Bot) => of(bot).length > 0,
    /** op 7: please reconnect. op 9: the session is void. A code: the socket is closed with it. */
    drop(bot: Bot, how: { op: 7 } | { op: 9 } | { code: number }) {
      for (const session of of(bot)) {
        if ("code" in how) session.socket?.close(how.code);
        else {
          if (how.op === 9) sessions.delete(session.id);
          send(session.socket, how.op === 9 ? { op: 9, d: false } : { op: 7 });
        }
      }
    },
    close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
export type Gateway = ReturnType<typeof createGateway>;

function parse(raw: RawData): z.infer<typeof packet> | undefined {
  try {
    return packet.parse(JSON.parse(raw.toString()));
  } catch {
    return undefined;
  }
}
