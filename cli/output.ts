import { Failure } from "./failure";
import { cutTo, shorten, widthOf } from "./width";

/** How results leave the program: for people, or one JSON document for programs. Nothing that goes through here steers a terminal. */
export type Output = {
  json: boolean;
  /** Prints a result: `value` with --json, else the lines made from it. */
  result<T>(value: T, lines: (value: T) => readonly string[]): void;
  /** Prints a text as it is, for a file or a program; on a terminal as lines. */
  verbatim<T>(value: T, text: (value: T) => string): void;
  /** Prints a line while it goes on; nothing with --json. */
  line(text: string): void;
};

// Names, log lines and reasons are other people's text: nothing in them may steer the terminal.
const steering = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** Text with everything removed that a terminal would obey; tabs stay. */
export const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "").replace(steering, "\ufffd");

/** JSON in which what steers is written as \\u…: the same to whoever reads it, and nothing to a terminal. */
export const jsonOf = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? "null").replace(steering, (one) =>
    one === "\n" ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

export function openOutput(
  json: boolean,
  write = (text: string) => void process.stdout.write(text),
  isTerminal: boolean = process.stdout.isTTY,
): Output {
  const line = (text: string) => write(`${plain(text)}\n`);
  return {
    json,
    line: (text) => (json ? undefined : line(text)),
    result(value, lines) {
      if (json) write(`${jsonOf(value, 2)}\n`);
      else for (const one of lines(value)) line(one);
    },
    verbatim(value, text) {
      if (json) write(`${jsonOf(value, 2)}\n`);
      else if (!isTerminal) write(text(value));
      else write(text(value).split(/\r?\n/).map(plain).join("\n"));
    },
  };
}

/** Says something beside the result, on standard error. */
export function say(text: string): void {
  for (const line of text.split("\n")) process.stderr.write(`${plain(line)}\n`);
}

/** Standard output, for bytes as they are. Exit 2 on a terminal, which would obey them. */
export function bytesOut(): NodeJS.WriteStream {
  if (process.stdout.isTTY) throw Failure.use("This is a file as it is: send it on, with > or |.");
  return process.stdout;
}

/** A name is still known by so many columns of it. */
const NAME_LEAST = 12;

/** Columns padded to their widest cell, headings first; names are shortened where a terminal has fewer `columns`. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY,
): string[] {
  if (rows.length === 0) return ["None."];
  const all = [headings, ...rows.map((row) => row.map(plain))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  const name = headings.slice(0, -1).indexOf("NAME");
  const over = widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  const wide = widths[name];
  if (over > 0 && wide !== undefined && wide > NAME_LEAST) widths[name] = Math.max(NAME_LEAST, wide - over);
  return all.map((row) =>
    row
      .map((cell, column) => padTo(shorten(cell, widths[column] ?? 0), widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A text of exactly so many columns. */
export const padTo = (text: string, columns: number): string => {
  const kept = cutTo(text, columns);
  return kept + " ".repeat(columns - widthOf(kept));
};

/** 90 → "1m 30s": the two largest units. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), "d"],
    [Math.floor(s / 3_600) % 24, "h"],
    [Math.floor(s / 60) % 60, "m"],
    [s % 60, "s"],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  return first < 0
    ? "0s"
    : parts
        .slice(first, first + 2)
        .map(([n, unit]) => `${n}${unit}`)
        .join(" ");
}

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
