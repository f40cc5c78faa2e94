import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";
import { bareText, ESCAPE } from "./bare";
import type { Mask } from "./mask";
import { literalOf } from "./search-literal";

/** What is looked for. `text` of a line is what people see of it: masked and without colours. */
export type Pattern = {
  matches(text: string): boolean;
  /** Where in some whole lines those may be that match, in rising order: at any byte of each. "all": look at each. Never misses one. */
  candidates(lines: Buffer): "all" | readonly number[];
};

/** A pattern that is none, with what is wrong with it. */
export class NotAPattern extends Error {}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);

type Wanted = { text: string; regex: boolean; exact: boolean };

/** Compiles what is looked for; throws NotAPattern. */
export function compile({ text, regex, exact }: Wanted, mask: Mask): Pattern {
  if (text === "") return { matches: () => true, candidates: () => "all" };
  if (regex) return expression(text, exact, mask);
  return isAscii(text) ? plain(text, exact) : accented(text, exact, mask);
}

/** Most searches: ASCII is found in the bytes as they are, which are taken for one letter each. */
function plain(text: string, exact: boolean): Pattern {
  const needle = Buffer.from(text);
  const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), exact ? "g" : "gi");
  return {
    matches: (line) => {
      pattern.lastIndex = 0;
      return pattern.test(line);
    },
    candidates(lines) {
      // Colours may stand in the middle of it: then nothing is known of where.
      if (lines.includes(ESCAPE)) return has(bareText(lines.toString("latin1"))) ? "all" : [];
      if (exact && !lines.includes(needle)) return [];
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
    },
  };

  function has(letters: string): boolean {
    pattern.lastIndex = 0;
    return pattern.test(letters);
  }
}

/** Other letters have more than one form, and the mask is made of them: looked for in the text. */
function accented(text: string, exact: boolean, mask: Mask): Pattern {
  const fold = exact ? (one: string) => one : (one: string) => one.toLowerCase();
  const needle = fold(text);
  const matches = (line: string) => fold(line).includes(needle);
  return { matches, candidates: (lines) => (matches(bareText(mask(lines.toString("utf8")))) ? "all" : []) };
}

/** RE2's syntax: a machine without memory of where it was, so that no pattern and no line can make it slow. */
function expression(text: string, exact: boolean, mask: Mask): Pattern {
  const line = build(text, exact ? 0 : RE2JS.CASE_INSENSITIVE);
  // A match in a line is one in lines, where line ends are as good as ends of the text: all but where the pattern says otherwise.
  const particular = /\\[AzZQ]|\(\?[a-zA-Z]*-/.test(text);
  const lines = particular ? undefined : build(text, line.flags() | RE2JS.MULTILINE);
  const literal = literalOf(text);
  const first = literal === undefined ? undefined : plain(literal, exact);
  return {
    matches: (one) => line.test(one),
    candidates(bytes) {
      if (first) return first.candidates(bytes);
      if (!lines) return "all";
      const seen = bareText(mask(bytes.toString("utf8")));
      return lines.test(bytes.includes(RETURN) ? seen.replace(/\r\n/g, "\n") : seen) ? "all" : [];
    },
  };
}

function build(text: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(text, flags);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new NotAPattern(error.getDescription());
    if (error instanceof RE2JSException) throw new NotAPattern(error.message);
    throw error;
  }
}
