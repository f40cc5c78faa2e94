// The same child as child.c, for Node: the bots of the row about Node bots, and everybody's where there is no C compiler.
import { appendFileSync, existsSync, readFileSync, writeSync } from "node:fs";

const [mode, id, recordFile, first = "0", second = "0"] = process.argv.slice(2);
const LINE = 100;
const BATCH = 40;

// What the bench knows its children by.
process.title = "bench-child";
const now = () => process.hrtime.bigint();
const tag = ((now() ^ (BigInt(process.pid) << 20n)) & 0xffffffffn).toString(16).padStart(8, "0");
const tell = (kind, count) => appendFileSync(recordFile, `${kind} ${id} ${tag} ${now()} ${count}\n`);
const line = (number) =>
  `${`${tag} ${String(number).padStart(12, "0")} ${String(now()).padStart(19, "0")} `.padEnd(LINE - 1, "x")}\n`;

function livedBefore() {
  try {
    return /^X /m.test(readFileSync(recordFile, "latin1"));
  } catch {
    return false;
  }
}

/** Answers whether the line went out; a supervisor that is gone has closed the pipe. */
function put(text, written) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      tell("D", written);
      process.exit(1);
    }
  }
}

function flood(lines, seconds) {
  const end = seconds > 0 ? performance.now() + seconds * 1000 : Number.POSITIVE_INFINITY;
  let number = 0;
  while ((lines === 0 || number < lines) && performance.now() < end) {
    const from = number;
    let text = "";
    for (; number - from < BATCH && (lines === 0 || number < lines); number++) text += line(number);
    put(text, from);
  }
  tell("E", number);
}

function rate(perSecond, lines) {
  const begun = performance.now();
  let number = 0;
  const timer = setInterval(() => {
    while (number < lines && performance.now() - begun >= (number * 1000) / perSecond) {
      put(line(number), number);
      number += 1;
      if (number % 20 === 0) tell("P", number);
    }
    if (number < lines) return;
    clearInterval(timer);
    tell("E", lines);
  }, 1000 / perSecond);
}

const again = livedBefore();
tell("S", 0);
setInterval(() => {}, 1 << 30);
if (mode === "once" && !again) {
  setTimeout(() => {
    tell("X", 0);
    process.exit(1);
  }, Number(first));
}
if (mode === "flood") {
  const waiting = setInterval(() => {
    if (!existsSync(`${recordFile}.go`)) return;
    clearInterval(waiting);
    flood(Number(first), Number(second));
  }, 5);
}
if (mode === "rate") rate(Number(first), Number(second));
