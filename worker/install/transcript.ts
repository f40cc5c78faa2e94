import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";

const LOG_BYTES = 20 * 1024 * 1024;
const LAST_LINES = 20;
const LINE_CHARACTERS = 2_000;

/** The log of an install: a file that grows to a bound, and the last lines in memory. */
export type Transcript = {
  /** Output as it comes. */
  write(piece: Buffer): void;
  /** A line of our own. */
  say(line: string): void;
  /** The last 20 lines that are not empty. */
  lastLines(): string[];
  close(): void;
};

/** Opens the log, 0600, to append to. One that has come near its bound begins anew. */
export function openTranscript(file: string, logBytes = LOG_BYTES): Transcript {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  let size = fstatSync(fd).size;
  if (size > logBytes / 2) {
    ftruncateSync(fd, 0);
    size = 0;
  }
  const decoder = new StringDecoder("utf8");
  const last: string[] = [];
  let line = "";
  let open = true;
  let full = false;
  let midLine = false;

  function put(bytes: Buffer) {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      size += bytes.length;
    } catch {
      // A full disk ends the log, not the install: that will say for itself what it could not write.
      full = true;
    }
  }

  function remember(text: string) {
    // A progress bar overwrites its line by \r; what stood there last is what a terminal would show.
    const parts = (line + text).split("\n");
    line = (parts.pop() ?? "").slice(-LINE_CHARACTERS);
    for (const part of parts) keep(part);
  }

  function keep(part: string) {
    const shown = part
      .split("\r")
      .filter((one) => one.trim() !== "")
      .at(-1)
      ?.trimEnd()
      .slice(0, LINE_CHARACTERS);
    if (shown === undefined) return;
    last.push(shown);
    if (last.length > LAST_LINES) last.shift();
  }

  function write(piece: Buffer) {
    if (!open || piece.length === 0) return;
    remember(decoder.write(piece));
    if (full) return;
    if (size + piece.length > logBytes) {
      full = true;
      put(Buffer.from(`\n${fill(en.installLog.logFull, { limit: `${Math.round(logBytes / 1024 / 1024)} MB` })}\n`));
      midLine = false;
      return;
    }
    put(piece);
    midLine = piece.at(-1) !== 0x0a;
  }

  return {
    write,
    say(text) {
      if (!open) return;
      // Our own few lines go in even when the log is full: they say how it ended.
      const bytes = Buffer.from(`${midLine ? "\n" : ""}${text}\n`);
      if (line !== "") keep(line);
      line = "";
      keep(text);
      put(bytes);
      midLine = false;
    },
    lastLines: () => {
      if (line !== "") keep(line);
      line = "";
      return [...last];
    },
    close() {
      if (!open) return;
      open = false;
      closeSync(fd);
    },
  };
}
