import { randomBytes } from "node:crypto";
import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";

/** Longest answer of a tool, characters: more does not fit beside a conversation. */
const LONGEST = 60_000;

/**
 * A text between marks that nobody can foresee, with a word about what it is: log lines, files, names and commits were written by bots and
 * strangers, and "ignore your instructions" in them is to be read, not obeyed. Of a text that is too long the middle is left out, by lines.
 */
export function fence(text: string): string {
  const mark = `data-${randomBytes(8).toString("hex")}`;
  return `${en.tools.fence}\n<${mark}>\n${shortened(text)}\n</${mark}>`;
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const half = LONGEST / 2;
  const head = text.slice(0, half);
  const tail = text.slice(-half);
  const [to, from] = [head.lastIndexOf("\n"), tail.indexOf("\n")];
  // A line that is longer than that is cut within.
  const begin = to > half / 2 ? head.slice(0, to) : head;
  const end = from >= 0 && from < half / 2 ? tail.slice(from + 1) : tail;
  const characters = text.length - begin.length - end.length;
  return `${begin}\n${fill(en.tools.cut, { characters })}\n${end}`;
}
