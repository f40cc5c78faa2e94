import { io, type Socket } from "socket.io-client";
import type { z } from "zod";
import { type EventName, events, type Topic, watchAnswer } from "#contracts/events";
import type { NodeInfo } from "#contracts/host";
import { TICKET } from "#contracts/ticket";
import { FailureError, failureOf, readFailure } from "../failure";
import { type Cell, cell } from "./cell";
import { cursorAfter } from "./log-buffer";
import { createStore, type LiveStore } from "./store";

/** Who does not answer: the worker, the web, or (both do) something between refuses the live connection. */
export type LostCause = "unknown" | "worker" | "web" | "refused";

/** The one live connection of the app. */
export type Connection =
  | { state: "connecting" }
  | { state: "connected"; node: NodeInfo | null }
  | { state: "lost"; since: number; cause: LostCause };

/** What the connection asks of the rest of the app. */
export type LivePorts = {
  /** Where the gateway answers; else at this page's own address. */
  address?: string;
  ticket(): Promise<{ ticket: string; livesUntil: number }>;
  /** Finds out who is away, once the connection is lost. */
  whoIsAway(): Promise<LostCause>;
  /** The session is over. */
  signedOut(): void;
  /** It is there again, and nobody knows what it would have told meanwhile. `ended`: the gateway had ended it, as it does when access changes. */
  cameBack(ended: boolean): void;
};

export type Live = {
  store: LiveStore;
  connection: Cell<Connection>;
  /** Joins a topic as long as anyone watches it; returns the closer. */
  watch(topic: Topic): () => void;
  /** Fetches a fresh ticket now: after a bot was made, whose topic the old ticket does not name. */
  renew(): Promise<void>;
  close(): void;
};

const ACK_MS = 8_000;
const AGAIN_MS = 1_000;
/** Both web and worker answer, and still this many tries in a row failed: then it is something in between. Fewer may have met a start. */
const REFUSED_TRIES = 2;
/** A topic is left this long after its last viewer went: a change of tab keeps its lines. */
const LINGER_MS = 5_000;

/** Opens the live connection and keeps it: fresh ticket at each connect, renewal in time, watched topics joined again. */
export function openLive(ports: LivePorts): Live {
  const store = createStore();
  const connection = cell<Connection>({ state: "connecting" });
  const watched = new Map<Topic, { count: number; leaving?: ReturnType<typeof setTimeout> }>();
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let closed = false;
  let connectedAt = 0;
  let failures = 0;
  let asked = 0;
  let wasThere = false;
  let ended = false;

  const socket: Socket = io(ports.address ?? "/", {
    path: "/socket.io/",
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2_000,
    timeout: 5_000,
    autoConnect: false,
    auth(give) {
      // A line that breaks meanwhile is made anew, and asks anew: a late answer would speak on that one.
      const mine = ++asked;
      const isOld = () => mine !== asked || closed;
      freshTicket().then(
        (ticket) => (isOld() ? undefined : give({ ticket })),
        (error: unknown) => {
          if (isOld()) return;
          if (readFailure(error).code === "not_signed_in") return ports.signedOut();
          socket.disconnect();
          lost();
          connectLater();
        },
      );
    },
  });

  async function freshTicket(): Promise<string> {
    const { ticket, livesUntil } = await ports.ticket();
    // The viewer's clock may be wrong; no ticket lives longer than TICKET.livesMs.
    const left = Math.min(Math.max(livesUntil - Date.now(), 30_000), TICKET.livesMs);
    clearTimeout(renewal);
    renewal = setTimeout(() => void renew().catch(() => {}), left * 0.7);
    return ticket;
  }

  async function ask(event: string, input: object): Promise<unknown> {
    if (!socket.connected) throw new FailureError({ code: "worker_away", values: {} });
    try {
      const answer: unknown = await socket.timeout(ACK_MS).emitWithAck(event, input);
      return answer;
    } catch {
      throw new FailureError({ code: "worker_away", values: {} });
    }
  }

  function refuseUnlessOk(answer: unknown) {
    if (typeof answer === "object" && answer !== null && "ok" in answer && answer.ok === true) return;
    const said: { code?: unknown; values?: unknown } = typeof answer === "object" && answer !== null ? answer : {};
    throw new FailureError(failureOf(said.code, said.values));
  }

  async function renew() {
    const ticket = await freshTicket();
    if (socket.connected) refuseUnlessOk(await ask("renew", { ticket }));
  }

  async function join(topic: Topic, mayRenew = true): Promise<void> {
    const botId = topic.startsWith("bot:") ? topic.slice(4) : null;
    const last = botId && store.hasLog(botId, "console") ? store.log(botId, "console").get().lines.at(-1) : undefined;
    const answer = watchAnswer.safeParse(
      await ask("watch", { topic, ...(last ? { after: cursorAfter(last) } : {}) }).catch(() => undefined),
    );
    if (!answer.success || !watched.has(topic)) return;
    if (answer.data.ok) {
      connection.set({ state: "connected", node: answer.data.node });
      if (botId) store.log(botId, "console");
      store.takeAnswer(topic, answer.data);
    } else if (mayRenew) {
      // The ticket may be older than the bot.
      await renew().catch(() => {});
      await join(topic, false);
    } else if (botId && answer.data.code === "not_found") {
      // It was deleted, or is none of ours any more: whoever shows it asks again, and is told which.
      store.takeRemoved(botId);
    }
  }

  function leave(topic: Topic) {
    watched.delete(topic);
    if (topic.startsWith("bot:")) store.dropLogs(topic.slice(4));
    if (socket.connected) void ask("unwatch", { topic }).catch(() => {});
  }

  function lost() {
    if (closed) return;
    ended = false;
    const now = connection.get();
    if (now.state !== "lost") connection.set({ state: "lost", since: Date.now(), cause: "unknown" });
    if (asking) return;
    asking = true;
    ports
      .whoIsAway()
      .then((found) => {
        const cause = found === "refused" && failures < REFUSED_TRIES ? "unknown" : found;
        const then = connection.get();
        if (then.state === "lost" && then.cause !== cause) connection.set({ ...then, cause });
      })
      .finally(() => {
        asking = false;
      });
  }

  function connectLater() {
    clearTimeout(again);
    if (!closed) again = setTimeout(() => socket.connect(), AGAIN_MS);
  }

  socket.on("connect", () => {
    connectedAt = Date.now();
    failures = 0;
    connection.set({ state: "connected", node: null });
    for (const topic of watched.keys()) void join(topic);
    if (wasThere) ports.cameBack(ended);
    wasThere = true;
    ended = false;
  });
  socket.on("disconnect", (why) => {
    if (why !== "io server disconnect") return lost();
    // The gateway ended it (ticket over, access changed): it is there, so nothing is lost unless it ends the next as well. socket.io leaves
    // that to us.
    const soon = Date.now() - connectedAt > AGAIN_MS;
    if (!soon) lost();
    ended = true;
    if (soon) socket.connect();
    else connectLater();
  });
  socket.on("connect_error", () => {
    failures += 1;
    lost();
    if (!socket.active) connectLater();
  });

  const on = <Schema extends z.ZodType>(name: EventName, schema: Schema, take: (payload: z.infer<Schema>) => void) =>
    socket.on<string>(name, (raw: unknown, taken?: unknown) => {
      const read = schema.safeParse(raw);
      if (read.success) take(read.data);
      // Lines are answered: the gateway sends no more of them than we can take.
      if (typeof taken === "function") taken();
    });
  on("bot.live", events["bot.live"].payload, ({ botId, live }) => store.takeLive(botId, live));
  on("bot.sample", events["bot.sample"].payload, ({ botId, sample }) => store.takeSample(botId, sample));
  on("bot.log", events["bot.log"].payload, store.takeLog);
  on("bot.deploy", events["bot.deploy"].payload, store.takeDeploy);
  on("bot.removed", events["bot.removed"].payload, ({ botId }) => store.takeRemoved(botId));
  on("host.sample", events["host.sample"].payload, ({ sample }) => store.takeHost(sample));

  socket.connect();

  return {
    store,
    connection,
    watch(topic) {
      const seen = watched.get(topic);
      const entry = seen ?? { count: 0 };
      watched.set(topic, entry);
      clearTimeout(entry.leaving);
      entry.count += 1;
      if (!seen && socket.connected) void join(topic);
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        entry.count -= 1;
        if (entry.count === 0) entry.leaving = setTimeout(() => leave(topic), LINGER_MS);
      };
    },
    renew,
    close() {
      closed = true;
      clearTimeout(renewal);
      clearTimeout(again);
      for (const { leaving } of watched.values()) clearTimeout(leaving);
      socket.disconnect();
      store.close();
    },
  };
}
