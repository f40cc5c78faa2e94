import type { Socket } from "node:net";
import type { ServerChannel } from "ssh2";
import type { Session } from "./session";
import { createCutter, PACKET_BYTES } from "./wire";

/*
 * Carries packets between a channel and a session. Requests are answered in the order they came, except that several reads, or several
 * writes, may be under way together. Nothing is read on while much waits to be done, and nothing done while much waits to be sent: a
 * client that sends without reading fills its own side.
 */

/** Requests under way, or done before an earlier one is. */
const TOGETHER = 8;
/** Bytes of requests that wait, and how many they may be; the channel lets in no more than its window of 2 MiB beyond. */
const WAITING = 1024 * 1024;
const REQUESTS = 1_024;
/** Bytes of answers that wait to be encrypted or sent. */
const UNSENT = 4 * 1024 * 1024;
/** More than the window allows can only come from a client that ignores it. */
const OVERFULL = 8 * PACKET_BYTES + 2 * 1024 * 1024;

/** Runs a session until the client ends it, the connection breaks, or `fail` hears why it cannot go on. Settles when all is closed. */
export async function carry(
  channel: ServerChannel,
  socket: Socket,
  session: Session,
  { active, fail }: { active: () => void; fail: (error: unknown) => void },
): Promise<void> {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let running = 0;
  let kind: ReturnType<Session["kindOf"]>;
  let ended = false;
  let broken = false;
  /** Answers in the order of their requests; undefined while it is awaited. Clients take the last answer to a file's writes for all. */
  const answers: { bytes?: Buffer }[] = [];
  let settle = () => {};
  const over = new Promise<void>((resolve) => {
    settle = resolve;
  });

  /** Answers of one moment go out together. */
  let corked = false;
  function send(answer: Buffer): void {
    if (!corked) {
      corked = true;
      socket.cork();
      setImmediate(() => {
        corked = false;
        socket.uncork();
      });
    }
    channel.write(answer);
  }

  const isLate = () => bytes >= WAITING || waiting.length >= REQUESTS;
  const isFull = () => channel.writableLength > UNSENT || socket.writableLength > UNSENT;

  function stop(error?: unknown): void {
    if (error !== undefined && !broken) fail(error);
    broken = true;
    waiting.length = 0;
    if (running === 0) settle();
  }

  function work(): void {
    while (!broken && waiting.length > 0 && !isFull()) {
      const [next] = waiting;
      if (!next) break;
      const its = session.kindOf(next);
      if (running > 0 && (its === undefined || its !== kind || answers.length >= TOGETHER)) break;
      waiting.shift();
      bytes -= next.length;
      kind = its;
      running += 1;
      const answer: { bytes?: Buffer } = {};
      answers.push(answer);
      session
        .answer(next)
        .finally(() => {
          running -= 1;
        })
        .then((made) => {
          answer.bytes = made;
          for (let first = answers[0]?.bytes; first && !broken; first = answers[0]?.bytes) {
            answers.shift();
            send(first);
          }
          again();
        })
        .catch(stop);
    }
    if (!isLate() && channel.isPaused()) channel.resume();
    if (running === 0 && waiting.length === 0 && (ended || broken)) settle();
  }

  function again(): void {
    if (broken && running === 0) settle();
    else work();
  }

  const cut = createCutter((packet) => {
    waiting.push(packet);
    bytes += packet.length;
  });
  channel.on("data", (piece: Buffer) => {
    active();
    try {
      cut(piece);
    } catch (error) {
      return stop(error);
    }
    if (isLate()) channel.pause();
    if (channel.readableLength > OVERFULL) return stop(new Error("a client that ignores its window"));
    work();
  });
  channel.on("drain", work);
  socket.on("drain", work);
  channel.once("end", () => {
    ended = true;
    work();
  });
  channel.once("close", () => stop());
  channel.on("error", () => stop());
  socket.once("close", () => stop());

  await over;
  socket.off("drain", work);
  await session.close();
  // Without it OpenSSH waits for good.
  if (!broken) channel.exit(0);
  channel.end();
}
