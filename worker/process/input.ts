import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { AppError } from "#contracts/errors";
import { isAbsent, isShortage } from "./read";

/** What POSIX lets a FIFO take whole or not at all (PIPE_BUF on Linux). */
const WHOLE = 4_096;
/** How often a text that is half in is carried on with, ms. */
const AGAIN_MS = 20;

/** The input of a run: a FIFO which the bot holds open for reading and writing, so that it never sees its end. */
export interface Input {
  /**
   * Takes the whole text, or fails with input_not_read and has taken nothing. One of more than 4,096 bytes is taken
   * when its first piece fits; the rest waits here and follows as the bot reads. Until then nothing more is taken.
   */
  send(text: string): void;
  close(): void;
}

export function createInput(path: string): Input {
  let rest: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;

  /** Writes as much as fits; true when all of it did. */
  function drain(): boolean {
    const fd = openForWriting(path);
    if (fd === undefined) return false;
    try {
      while (rest[0]) {
        writeSync(fd, rest[0]);
        rest.shift();
      }
      return true;
    } catch (error) {
      if (isCode(error, "EAGAIN") || isCode(error, "EPIPE")) return false;
      throw error;
    } finally {
      closeSync(fd);
    }
  }

  function later() {
    timer = setTimeout(() => {
      if (!drain()) later();
    }, AGAIN_MS);
    timer.unref();
  }

  return {
    send(text) {
      if (rest.length > 0) throw new AppError("input_not_read");
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += WHOLE) rest.push(bytes.subarray(at, at + WHOLE));
      const pieces = rest.length;
      if (pieces === 0 || drain()) return;
      if (rest.length === pieces) {
        rest = [];
        throw new AppError("input_not_read");
      }
      later();
    },
    close() {
      clearTimeout(timer);
      rest = [];
    },
  };
}

/** Undefined when nobody has it open for reading (the bot closed its input), or when it is no FIFO any more. */
function openForWriting(path: string): number | undefined {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (fstatSync(fd).isFIFO()) return fd;
    closeSync(fd);
  } catch (error) {
    if (!isAbsent(error) && !isShortage(error)) throw error;
  }
  return undefined;
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
