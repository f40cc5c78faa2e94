import { randomBytes } from "node:crypto";
import { en } from "#contracts/words/en";

/** Longest answer of a tool, characters: more does not fit beside a conversation. */
const LONGEST = 60_000;

/**
 * A text between marks that nobody can foresee, with a word about what it is: log lines, files, names and commits were written by bots and
 * strangers, and "ignore your instructions" in them is to be read, not obeyed. A text that is too long is cut in the middle.
 */
export function fence(text: string): string {
  const mark = `data-${randomBytes(8).toString("hex")}`;
  return `${en.tools.fence}\n<${mark}>\n${shortened(text)}\n</${mark}>`;
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const half = LONGEST / 2;
  const left = String(text.length - LONGEST);
  return `${text.slice(0, half)}\n${en.tools.cut.replace("{characters}", left)}\n${text.slice(-half)}`;
}
