import type { LogLevel } from "#contracts/log";

/** Longer lines are judged by their head: a level stands at the beginning, and a huge line must not cost. */
const HEAD = 400;

const words: Readonly<Record<string, LogLevel>> = {
  trace: "debug",
  verbose: "debug",
  silly: "debug",
  debug: "debug",
  dbg: "debug",
  info: "info",
  information: "info",
  log: "info",
  notice: "info",
  http: "info",
  success: "info",
  warn: "warn",
  warning: "warn",
  wrn: "warn",
  error: "error",
  err: "error",
  fatal: "error",
  critical: "error",
  crit: "error",
  severe: "error",
  panic: "error",
  emerg: "error",
  alert: "error",
};
const names = Object.keys(words).join("|");

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** `"level":30` or `"level":"warn"`, also as `severity` or `lvl`; found without parsing, since a cut line is no JSON. */
const jsonLevel = /"(?:level|severity|levelname|lvl)"\s*:\s*(?:"(?<word>[A-Za-z]{1,12})"|(?<number>\d{1,3}))/;
const logfmt = /(?:^|\s)(?:level|lvl|severity)=(?<word>"?[A-Za-z]{1,12})/;
/** A level as a tag after nothing but times, names and brackets: `[ERROR]`, `2026-01-01 12:00:00 WARNING  discord`, `error:`. */
const tag = new RegExp(
  // Digits, separators and opening brackets are disjoint, so that no line makes this search twice.
  `^(?:[[(<]*[\\d:.,/TZ+-]{1,40}[\\s\\])>|]+){0,4}(?:[[(<|]\\s?(?<boxed>${names})\\s?[\\])>|]|(?<bare>${names})(?=:(?:\\s|$))|(?<loud>${names})(?=[\\s:|\\]]|$))`,
  "i",
);
const boxed = new RegExp(`\\[\\s?(?<word>${names})\\s?\\]`, "i");
/** What languages print of themselves when something goes wrong: an exception's first line, a traceback, a warning of Node. */
const thrown =
  /^(?:Traceback \(most recent call last\)|(?:Uncaught )?(?:[A-Z]\w*\.)*(?:[A-Z]\w*)?(?:Error|Exception)(?:\s?\[[\w-]+\])?(?::|$)|(?:[a-z_]\w*\.)+[A-Z]\w*(?:Error|Exception|Required|Failure|Intents|Forbidden|NotFound)(?::|$)|npm (?:ERR!|error)|Segmentation fault|Killed$)/;
const warned =
  /^(?:\(node:\d+\) |npm (?:warn|WARN)\b|.{0,200}\b(?:Deprecation|Runtime|User|Future|Syntax|Resource)Warning:)/;

/** Stands in every line that `levelOf` calls a warning or an error, and in some others: for passing over the rest of a log quickly. */
export const loud =
  /wa?rn|err|fatal|crit|severe|panic|emerg|alert|exception|traceback|required|failure|intents|forbidden|notfound|killed|segmentation|"(?:level|severity|levelname|lvl)"\s*:\s*(?:[4-9]\d|\d{3})/gi;

/** pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
const ofNumber = (number: number): LogLevel =>
  number < 10 ? "plain" : number < 30 ? "debug" : number < 40 ? "info" : number < 50 ? "warn" : "error";

const ofWord = (word: string): LogLevel => words[word.replace('"', "").toLowerCase()] ?? "plain";

/**
 * How severe a line says it is: JSON (`level`, also pino's numbers), logfmt (`level=`), a tag (`[ERROR]`, `WARN`, `error:`), or
 * what Node, Python, npm and pip print when something goes wrong. `plain` when it says nothing. Pure, and linear in 400 characters.
 */
export function levelOf(line: string): LogLevel {
  const text = line.slice(0, HEAD).replace(colours, "").trim();
  if (text.startsWith("{")) {
    const found = jsonLevel.exec(text)?.groups;
    if (found?.word) return ofWord(found.word);
    if (found?.number) return ofNumber(Number(found.number));
    return "plain";
  }
  const said = logfmt.exec(text)?.groups?.word;
  if (said && ofWord(said) !== "plain") return ofWord(said);
  if (thrown.test(text)) return "error";
  if (warned.test(text)) return "warn";
  const tagged = tag.exec(text)?.groups;
  const word = tagged?.boxed ?? tagged?.bare ?? loudOnly(tagged?.loud) ?? boxed.exec(text.slice(0, 120))?.groups?.word;
  return word ? ofWord(word) : "plain";
}

/** A bare word counts only in capitals: "Error while …" may, "log in with …" may not be a level. */
const loudOnly = (word: string | undefined) => (word && word === word.toUpperCase() ? word : undefined);
