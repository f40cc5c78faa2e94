"use strict";
/*
 * The voice of every chaos bot: numbered lines on its output, and beside them a record of its own, outside the panel, of what it
 * is about to print and what it has printed. Each entry is one write(2) to a file opened for appending, so that a bot that is
 * killed has recorded everything up to its last instruction; `b` before a line and `d` after it leave no doubt which lines are due.
 *
 *   start <JSON>   who it is: mark, pid, boot, role, moment    b <from> <to>  about to print these lines   d <to>  printed up to here
 *   x <code>       the disk refused a write                    h              alive                        e code|signal <what>  about to end so
 *   s <from> <to>  of these lines only a part was taken, the rest comes later          l <path>   this is no longer there
 *
 * Every entry but the first ends with the kernel's own clock in µs, which no change of the time of day can move.
 */
const { existsSync, mkdirSync, openSync, readFileSync, readlinkSync, writeSync } = require("node:fs");
const { join } = require("node:path");

const WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa ";
const RETRY_MS = 50;
const HEART_MS = 200;

const [folder, optionText = "{}", parent] = process.argv.slice(2);
const options = JSON.parse(optionText);
const clock = () => process.hrtime.bigint() / 1000n;
const stream = `${clock().toString(36)}-${process.pid}${parent ? "c" : ""}`;

mkdirSync(folder, { recursive: true });
const file = openSync(join(folder, `${stream}.rec`), "a");
const record = (text) => void writeSync(file, `${text} ${clock()}\n`);
const linkOf = (path) => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};
const start = {
  stream,
  mark: process.env.BOTYARD_BOT ?? "",
  pid: process.pid,
  space: linkOf("/proc/self/ns/pid"),
  boot: readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim(),
  parent: parent ?? null,
  clock: String(clock()),
  at: Date.now(),
};
writeSync(file, `start ${JSON.stringify(start)}\n`);
let sees = true;
setInterval(() => {
  record("h");
  // What it had when it began it must have to its end, whoever is killed meanwhile.
  if (sees && !existsSync("/etc/passwd")) record("l /etc");
  sees = existsSync("/etc/passwd");
}, HEART_MS);

/** A line as it stands in the log: who, which number, how many more bytes, and those bytes. */
function compose(of, number, length) {
  const from = number % WORDS.length;
  const filler = WORDS.repeat(Math.ceil((from + length) / WORDS.length)).slice(from, from + length);
  return `@${of} ${number} ${length} ${filler}`;
}

let next = 1;
/** What is still to be written, in pieces; `to`: with this piece all lines up to there are out. `after`: a pause before it, ms. */
let queue = [];
let waiting = false;

/** Prints lines; `cuts` are the places (bytes) where the text is written in separate pieces, `pause` ms apart. False: it is held up. */
function say(count, length, { cuts = [], pause = 0 } = {}) {
  if (queue.length > 0) return false;
  const from = next;
  next += count;
  let text = "";
  for (let n = from; n < next; n++) text += `${compose(stream, n, typeof length === "number" ? length : length(n))}\n`;
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.filter((place) => place > 0 && place < bytes.length), bytes.length];
  record(`b ${from} ${next - 1}`);
  queue = places.slice(1).map((end, i) => ({
    from,
    bytes: bytes.subarray(places[i], end),
    after: i === 0 ? 0 : pause,
    to: end === bytes.length ? next - 1 : undefined,
  }));
  pump();
  return true;
}

function pump() {
  while (!waiting && queue.length > 0) {
    const piece = queue[0];
    if (piece.after > 0) {
      const pause = piece.after;
      piece.after = 0;
      return later(pause);
    }
    try {
      piece.bytes = piece.bytes.subarray(writeSync(1, piece.bytes));
    } catch (error) {
      record(`x ${error.code}`);
      return later(RETRY_MS);
    }
    if (piece.bytes.length > 0) {
      record(`s ${piece.from} ${next - 1}`);
      continue;
    }
    if (piece.to !== undefined) record(`d ${piece.to}`);
    queue.shift();
  }
}

function later(ms) {
  waiting = true;
  setTimeout(() => {
    waiting = false;
    pump();
  }, ms);
}

/** Ends with an exit code, and records so before. */
function end(code) {
  record(`e code ${code}`);
  process.exit(code);
}

/** Dies by a signal of its own, and records so before. */
function endBy(signal) {
  record(`e signal ${signal}`);
  process.kill(process.pid, signal);
}

/** Ends as a good bot does when it is asked. */
function polite() {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end(0));
}

/** Lines at a steady rate, in at most a hundred batches a second; `length` as for say. */
function steadily(perSecond, length) {
  const every = Math.max(10, 1000 / perSecond);
  const count = Math.max(1, Math.round((perSecond * every) / 1000));
  setInterval(() => say(count, length), every);
}

module.exports = { compose, end, endBy, folder, options, optionText, polite, say, steadily, stream };
