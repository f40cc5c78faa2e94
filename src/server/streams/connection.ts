import { io } from "socket.io-client";
import { z } from "zod";
import type { Actor } from "#contracts/access";
import { AppError, isErrorCode } from "#contracts/errors";
import { type Topic, type WatchAnswer, watchAnswer } from "#contracts/events";
import type { LogCursor } from "#contracts/log";
import { env } from "../env";
import { issueTicket } from "../ticket";

/** How long the worker may take to let us in and to answer, ms. */
const PATIENCE_MS = 5_000;

/** A live connection in somebody's name: what they may see is decided by their ticket, as for any browser. */
export type Connection = {
  watch(topic: Topic, after?: LogCursor): Promise<Extract<WatchAnswer, { ok: true }>>;
  /** Every event that comes; `taken` is to be called once it is, then more is sent. */
  onEvent(hear: (name: string, payload: unknown, taken: () => void) => void): void;
  onEnd(ended: () => void): void;
  /** Lets it live on, as `actor` may now. */
  renew(actor: Actor): Promise<void>;
  close(): void;
};

const refused = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });

/** Connects to the worker's gateway. AppError worker_away, not_signed_in, streams_many. */
export async function connect(actor: Actor): Promise<Connection> {
  const { ticket } = await issueTicket(actor);
  const socket = io(`http://127.0.0.1:${env().gatewayPort}`, {
    auth: { ticket },
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    timeout: PATIENCE_MS,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", (error) => {
      socket.close();
      const { data: refusal } = refused.safeParse("data" in error ? error.data : undefined);
      if (!refusal) reject(new AppError("worker_away"));
      else if (refusal.code === "streams_many") reject(new AppError(refusal.code, refusal.values));
      else reject(new AppError("not_signed_in"));
    });
  });
  const ask = async (name: string, input: object) =>
    watchAnswer.safeParse(
      await socket
        .timeout(PATIENCE_MS)
        .emitWithAck(name, input)
        .catch(() => {
          throw new AppError("worker_away");
        }),
    );
  return {
    async watch(topic, after) {
      const { data: answer } = await ask("watch", { topic, ...(after && { after }) });
      if (answer?.ok) return answer;
      throw answer && isErrorCode(answer.code)
        ? new AppError(answer.code, answer.values)
        : new Error("the gateway answered what nobody understands");
    },
    onEvent(hear) {
      socket.onAny((name: string, payload: unknown, acknowledge: unknown) =>
        hear(name, payload, () => {
          if (typeof acknowledge === "function") acknowledge();
        }),
      );
    },
    onEnd: (ended) => void socket.once("disconnect", ended),
    async renew(as) {
      await socket.timeout(PATIENCE_MS).emitWithAck("renew", await issueTicket(as));
    },
    close: () => void socket.close(),
  };
}
