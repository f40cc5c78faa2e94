import type { z } from "zod";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { type EventName, type EventPayload, events, requests, type Topic, type WatchAnswer } from "#contracts/events";
import type { NodeInfo } from "#contracts/host";
import type { LogCursor } from "#contracts/log";
import type { TicketClaims } from "#contracts/ticket";
import type { Closer, Logs, Monitor, Supervisor } from "../ports/index";
import type { Present } from "../present";
import { allows, assertAllows } from "./access";
import { createOutbox, type Wire } from "./outbox";
import type { Gate } from "./ticket";

/** Topics that one connection may watch at once. */
const TOPICS = 50;
/** Lines of the present that a new viewer gets, and of what was missed that one who comes back gets at once. */
const NEWEST = 500;
const MISSED = 2_000;
/** A viewer who is further behind than this jumps to the newest lines, bytes; the rest is on disk, one click away. */
const SKIP_BEYOND = 4 * 1024 * 1024;

export type ViewerPorts = {
  supervisor: Pick<Supervisor, "awake" | "get" | "ids">;
  monitor: Pick<Monitor, "samples" | "host">;
  logs: Pick<Logs, "read" | "follow">;
  present: Present;
  node: () => NodeInfo;
  gate: Gate;
};

type RequestName = keyof typeof requests;
type Answer = { ok: true } | WatchAnswer;

/** One connection of a person: what it watches, within what its ticket allows. */
export interface Viewer {
  readonly claims: TicketClaims;
  /** Answers a request; AppError when it is refused. */
  answer(name: RequestName, raw: unknown): Promise<Answer>;
  /** Takes an event if it is of a topic that is watched and allowed. */
  hear<Name extends EventName>(name: Name, payload: EventPayload<Name>, topics: readonly Topic[], key: string): void;
  close(): void;
}

/** `renewed` is told when the connection may live longer. */
export function openViewer(
  ports: ViewerPorts,
  { claims: first, wire, renewed }: { claims: TicketClaims; wire: Wire; renewed: () => void },
): Viewer {
  const { supervisor, monitor, logs, present, gate } = ports;
  let claims = first;
  let closed = false;
  const outbox = createOutbox(wire);
  /** What is watched, with what closes its stream. */
  const watched = new Map<Topic, Closer>();
  /** Joining, leaving and renewing wait for one another. */
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function watch({ topic, after }: z.infer<typeof requests.watch.input>): Promise<WatchAnswer> {
    if (!watched.has(topic) && watched.size >= TOPICS) {
      throw new AppError("bad_input", { detail: `One connection watches at most ${TOPICS} topics.` });
    }
    if (topic === "host") {
      assertAllows(claims, events["host.sample"].permission);
      watched.set(topic, () => {});
      return { ok: true, node: ports.node(), live: {}, host: monitor.host() };
    }
    if (topic === "fleet") {
      watched.set(topic, () => {});
      const bots = supervisor.ids().filter((id) => allows(claims, requests.watch.permission, id));
      return { ok: true, node: ports.node(), live: presentAll(bots) };
    }
    return watchBot(topic, topic.slice("bot:".length), after);
  }

  async function watchBot(topic: Topic, botId: BotId, after: LogCursor | undefined): Promise<WatchAnswer> {
    assertAllows(claims, requests.watch.permission, botId);
    // A worker that just came up does not know its bots yet; whoever comes back to one is not told that it is gone.
    await supervisor.awake(botId);
    if (!present(botId)) throw new AppError("not_found", { what: "bot" });
    leave(topic);
    watched.set(topic, () => {});
    const answer = { ok: true as const, node: ports.node() };
    if (!allows(claims, events["bot.log"].permission, botId)) return { ...answer, live: presentAll([botId]) };

    const log = await readSince(botId, after);
    // Gone meanwhile: nothing may be opened for it any more.
    if (closed) return { ...answer, live: {} };
    // The stream goes on exactly where the answer ends, so nothing falls between them and nothing comes twice.
    const closers = [
      logs.follow(botId, "console", log.end ?? { run: 0, offset: 0 }, taker(botId, "console"), {
        skipBeyond: SKIP_BEYOND,
      }),
      logs.follow(botId, "install", undefined, taker(botId, "install"), { skipBeyond: SKIP_BEYOND }),
    ];
    watched.set(topic, () => {
      for (const close of closers) void close();
      outbox.dropLog(botId);
    });
    return { ...answer, live: presentAll([botId]), log };
  }

  const taker =
    (botId: BotId, source: "console" | "install"): Parameters<Logs["follow"]>[3] =>
    (lines, missed) =>
      outbox.log(botId, source, lines, missed);

  async function readSince(botId: BotId, after: LogCursor | undefined) {
    if (after) {
      const { lines, end, start } = await logs.read(botId, { source: "console", after, limit: MISSED });
      const lost = start === null && (after.run > 0 || (lines[0]?.run ?? 1) > 1);
      if (!lost || lines.length > 0) return { lines, end, gap: lost };
      // A place of which nothing is known, not even what came after it.
    }
    const { lines, end } = await logs.read(botId, { source: "console", limit: NEWEST });
    return { lines, end, gap: after !== undefined };
  }

  function presentAll(bots: readonly BotId[]) {
    return Object.fromEntries(
      bots.flatMap((id) => {
        const live = present(id);
        return live ? [[id, live]] : [];
      }),
    );
  }

  function leave(topic: Topic) {
    void watched.get(topic)?.();
    watched.delete(topic);
  }

  async function renew(ticket: string): Promise<Answer> {
    const next = gate.admit(ticket);
    if (next.userId !== claims.userId) throw new AppError("ticket_refused");
    const before = claims;
    claims = next;
    for (const topic of [...watched.keys()]) {
      if (!topic.startsWith("bot:")) continue;
      const botId = topic.slice("bot:".length);
      if (!allows(claims, requests.watch.permission, botId)) leave(topic);
      else if (!allows(claims, events["bot.log"].permission, botId)) {
        leave(topic);
        watched.set(topic, () => {});
      }
    }
    if (watched.has("fleet")) {
      for (const botId of supervisor.ids()) {
        if (!allows(claims, "bot:view", botId) || allows(before, "bot:view", botId)) continue;
        const live = present(botId);
        if (live) outbox.state(`bot:${botId}`, "bot.live", { botId, live });
      }
    }
    renewed();
    return { ok: true };
  }

  const verbs = {
    watch: verb(requests.watch.input, (input) => inTurn(() => watch(input))),
    unwatch: verb(requests.unwatch.input, ({ topic }) =>
      inTurn(async () => {
        leave(topic);
        return { ok: true };
      }),
    ),
    renew: verb(requests.renew.input, ({ ticket }) => inTurn(() => renew(ticket))),
  } as const satisfies Record<RequestName, (raw: unknown) => Promise<Answer>>;

  return {
    get claims() {
      return claims;
    },
    answer: (name, raw) => verbs[name](raw),
    hear(name, payload, topics, key) {
      if (!topics.some((topic) => watched.has(topic))) return;
      const botId = "botId" in payload ? payload.botId : undefined;
      if (allows(claims, events[name].permission, botId)) outbox.state(key, name, payload);
    },
    close() {
      closed = true;
      for (const topic of [...watched.keys()]) leave(topic);
      outbox.close();
    },
  };
}

/** Parses what came over the wire, then acts. */
function verb<Schema extends z.ZodType>(schema: Schema, act: (input: z.infer<Schema>) => Promise<Answer>) {
  return async (raw: unknown): Promise<Answer> => {
    const read = schema.safeParse(raw);
    if (!read.success) throw new AppError("bad_input", { detail: sayIssue(read.error) });
    return act(read.data);
  };
}

/** The first thing that is wrong with an input, as a sentence. */
function sayIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const where = issue?.path.join(".") ?? "";
  return `${where ? `${where}: ` : ""}${issue?.message ?? "Invalid input."}`;
}
