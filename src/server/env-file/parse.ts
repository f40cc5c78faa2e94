import { parse } from "dotenv";

/** What a `.env` says: variables with the lines that say so, the last of which counts, and lines that say nothing. */
export type Parsed = {
  variables: { key: string; value: string; lines: [number, ...number[]] }[];
  /** `key` where one stands that cannot be one. */
  unreadable: { line: number; key: string }[];
};

const ENTRY = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)\s*(.*)$/;
const NOTHING = /^\s*(#.*)?$/;

/** Reads a `.env` as dotenv does, which alone says what is in it; which line that stands in is found out here. */
export function parseEnvFile(file: string): Parsed {
  const text = file.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const values = new Map(Object.entries(parse(text)));
  const lines = text.split("\n");
  const found = new Map<string, number[]>();
  const unreadable: Parsed["unreadable"] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const [, key, rest = ""] = ENTRY.exec(line) ?? [];
    if (key !== undefined && values.has(key)) {
      found.set(key, [...(found.get(key) ?? []), at + 1]);
      at = lastLineOf(lines, at, rest);
    } else if (!NOTHING.test(line)) unreadable.push({ line: at + 1, key: key ?? "" });
  }
  const variables = [...values].map(([key, value]) => {
    // Written so that no line of its own says it (`KEY` and `=value` on two): the first that names it.
    const [
      first = Math.max(
        0,
        lines.findIndex((line) => line.includes(key)),
      ) + 1,
      ...more
    ] = found.get(key) ?? [];
    const all: [number, ...number[]] = [first, ...more];
    return { key, value, lines: all };
  });
  const named = new Set(variables.flatMap((one) => one.lines));
  return { variables, unreadable: unreadable.filter(({ line }) => !named.has(line)) };
}

/** Where the value ends that begins in a line: a quoted one may have several, up to where dotenv no longer reads its quote as a sign. */
function lastLineOf(lines: readonly string[], at: number, rest: string): number {
  const quote = /^["'`]/.exec(rest)?.[0];
  if (quote === undefined) return at;
  let value = rest;
  for (let end = at; end < lines.length; end++) {
    if (end > at) value += `\n${lines[end]}`;
    // Only a line with the quote in it can be the last one.
    if (!(end > at ? (lines[end] ?? "") : rest.slice(1)).includes(quote)) continue;
    if (!parse(`VALUE=${value}`).VALUE?.startsWith(quote)) return end;
  }
  return at;
}
