import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { bareText, ESCAPE } from "../logs/bare";
import { literalOf } from "./literal";

/** What is looked for. `text` is a line as people see it. */
export type Pattern = {
  matches(text: string): boolean;
  /** Where in it the first match stands: [start, end). */
  find(text: string): { start: number; end: number } | undefined;
  /** It is slow enough that long lines are only looked at up to so many characters; of what is fast, all. */
  lineChars: number;
  /** Where in some whole lines those may be that match, in rising order: at any byte of each. "all": look at each. Never misses one. */
  candidates(lines: Buffer): "all" | readonly number[];
};

/** What people see of the text of one line or more: of a log without secrets and colours. Absent: the text as it is. */
export type Seen = (text: string) => string;

/** So much of a line an expression is held against, characters. */
const LINE_CHARS = 16_384;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);

type Wanted = { text: string; regex: boolean; exact: boolean };

/** Compiles what is looked for. AppError bad_input for a pattern that is none. */
export function compile({ text, regex, exact }: Wanted, seen?: Seen): Pattern {
  if (text === "") return anything;
  if (regex) return expression(text, exact, seen);
  return isAscii(text) ? plain(text, exact, seen !== undefined) : accented(text, exact, seen);
}

const anything: Pattern = {
  matches: () => true,
  find: () => ({ start: 0, end: 0 }),
  lineChars: Number.POSITIVE_INFINITY,
  candidates: () => "all",
};

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** A text, by an expression with the flag g. */
function literally(pattern: RegExp): Pick<Pattern, "matches" | "find" | "lineChars"> {
  const find = (line: string) => {
    pattern.lastIndex = 0;
    const hit = pattern.exec(line);
    return hit ? { start: hit.index, end: hit.index + hit[0].length } : undefined;
  };
  return { find, matches: (line) => find(line) !== undefined, lineChars: Number.POSITIVE_INFINITY };
}

/** The first place in each line where an expression with the flag g matches, each byte taken for one letter. */
export function placesIn(lines: Buffer, pattern: RegExp): number[] {
  const letters = lines.toString("latin1");
  const places: number[] = [];
  pattern.lastIndex = 0;
  for (let hit = pattern.exec(letters); hit; hit = pattern.exec(letters)) {
    places.push(hit.index);
    const end = lines.indexOf(NEWLINE, hit.index);
    if (end === -1) break;
    pattern.lastIndex = end;
  }
  return places;
}

/** Most searches: ASCII is found in the bytes as they are, which are taken for one letter each. */
function plain(text: string, exact: boolean, coloured: boolean): Pattern {
  const needle = Buffer.from(text);
  const pattern = new RegExp(escaped(text), exact ? "g" : "gi");
  const { matches, ...rest } = literally(pattern);
  return {
    ...rest,
    matches,
    candidates(lines) {
      // Colours may stand in the middle of it: then nothing is known of where.
      if (coloured && lines.includes(ESCAPE)) return matches(bareText(lines.toString("latin1"))) ? "all" : [];
      if (exact && !lines.includes(needle)) return [];
      return placesIn(lines, pattern);
    },
  };
}

/** Other letters have more than one form, and a mask is made of them: looked for in the text. */
function accented(text: string, exact: boolean, seen: Seen = asItIs): Pattern {
  const found = literally(new RegExp(escaped(text), exact ? "gu" : "giu"));
  return { ...found, candidates: (lines) => (found.matches(seen(lines.toString("utf8"))) ? "all" : []) };
}

/** RE2's syntax: a machine without memory of where it was, so that no pattern and no line can make it slow. */
function expression(text: string, exact: boolean, seen: Seen | undefined): Pattern {
  const line = build(text, exact ? 0 : RE2JS.CASE_INSENSITIVE);
  // A match in a line is one in lines, where line ends are as good as ends of the text: all but where the pattern says otherwise.
  const particular = /\\[AzZQ]|\(\?[a-zA-Z]*-/.test(text);
  const lines = particular ? undefined : build(text, line.flags() | RE2JS.MULTILINE);
  const literal = literalOf(text);
  const first = literal === undefined ? undefined : plain(literal, exact, seen !== undefined);
  return {
    matches: (one) => line.test(one),
    find(one) {
      // Whether is known sooner than where.
      if (!line.test(one)) return undefined;
      const at = line.matcher(one);
      return at.find() ? { start: at.start(), end: at.end() } : undefined;
    },
    lineChars: LINE_CHARS,
    candidates(bytes) {
      if (first) return first.candidates(bytes);
      if (!lines) return "all";
      const shown = (seen ?? asItIs)(bytes.toString("utf8"));
      return lines.test(bytes.includes(RETURN) ? shown.replace(/\r\n/g, "\n") : shown) ? "all" : [];
    },
  };
}

const asItIs: Seen = (text) => text;

function build(text: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(text, flags);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw notAPattern(error.getDescription());
    if (error instanceof RE2JSException) throw notAPattern(error.message);
    throw error;
  }
}

const notAPattern = (why: string) => new AppError("bad_input", { detail: fill(en.logText.notAPattern, { why }) });
