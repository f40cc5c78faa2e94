/** Shorter stretches stand in nearly every block of a log: looking for them first would be in vain. */
const SHORTEST = 3;

/**
 * The longest stretch of letters that stands in whatever a pattern of RE2's syntax matches; undefined when that is not plain to see.
 * Looking for a text is ten times as fast as looking for a pattern, and few lines have either.
 */
export function literalOf(pattern: string): string | undefined {
  // What has alternatives, flags or quotations is left to the pattern itself.
  if (/\||\(\?|\\[QE]/.test(pattern)) return undefined;
  let longest = "";
  let run = "";
  let depth = 0;
  const end = () => {
    if (depth === 0 && run.length > longest.length) longest = run;
    run = "";
  };
  for (let at = 0; at < pattern.length; ) {
    const { letter, length } = atomAt(pattern, at);
    at += length;
    const sign = pattern[at] ?? "";
    const maybe = sign === "?" || sign === "*" || sign === "{";
    if (letter !== undefined && !maybe) run += letter;
    if (letter === undefined || maybe || sign === "+") end();
    if (pattern[at - length] === "(" && length === 1) depth += 1;
    if (pattern[at - length] === ")" && length === 1) depth -= 1;
    at += quantifierAt(pattern, at);
  }
  end();
  return longest.length >= SHORTEST ? longest : undefined;
}

/** One piece of a pattern: a letter that stands for itself, or anything else, of which only the length is told. */
function atomAt(pattern: string, at: number): { letter?: string; length: number } {
  const sign = pattern[at] ?? "";
  const next = pattern[at + 1] ?? "";
  if (sign === "\\") {
    if (/[!-/:-@[-`{-~]/.test(next)) return { letter: next, length: 2 };
    const long = /^\\(?:x\{[^}]*\}|x..|[pP]\{[^}]*\}|[pP].|[0-7]{1,3}|.)/s.exec(pattern.slice(at));
    return { length: long?.[0].length ?? 1 };
  }
  if (sign === "[") return { length: classLength(pattern, at) };
  return /[\x20-\x7e]/.test(sign) && !/[\^$.()*+?{}]/.test(sign) ? { letter: sign, length: 1 } : { length: 1 };
}

/** The length of `[…]`, with what is escaped in it, named classes, and a `]` that comes first. */
function classLength(pattern: string, at: number): number {
  const found = /^\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]?/s.exec(pattern.slice(at));
  return Math.max(1, found?.[0].length ?? 1);
}

function quantifierAt(pattern: string, at: number): number {
  return /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(at))?.[0].length ?? 0;
}
