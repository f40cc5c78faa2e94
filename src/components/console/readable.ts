/** A line of JSON as people read it. */
export type Readable = {
  message: string;
  /** The other fields, each value on one line. */
  fields: readonly (readonly [name: string, value: string])[];
  /** All of it, over several lines. */
  pretty: string;
  /** The stack trace it carries, if any, line by line. */
  stack: readonly string[];
};

const messages = ["msg", "message", "event", "text"];
// What the row says already: when, and (by its colour) how grave.
const said = new Set([
  "time",
  "timestamp",
  "ts",
  "@timestamp",
  "datetime",
  "date",
  "level",
  "lvl",
  "severity",
  "levelname",
  "log.level",
  "v",
]);
const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const VALUE_CHARS = 160;
const MOST_FIELDS = 24;
/** Nested deeper, a line of 16,000 brackets would print as megabytes of spaces. */
const MOST_DEEP = 12;

/** Reads a line that is one JSON object; null for every other, and for those that reading would change. */
export function readable(line: string): Readable | null {
  const text = line.trim();
  if (!text.startsWith("{") || !text.endsWith("}") || text.length < 3) return null;
  // JavaScript would round them, and a Discord id that is off by three is somebody else.
  if (/\d{16,}/.test(text.replace(STRINGS, ""))) return null;
  const read = parse(text);
  if (!read || deeper(read, MOST_DEEP)) return null;
  const entries = Object.entries(read);
  if (entries.length === 0) return null;
  const spoken = messages.find((name) => typeof read[name] === "string");
  const message = spoken === undefined ? "" : String(read[spoken]);
  const stack = stackOf(read);
  const fields = entries
    .filter(([name]) => name !== spoken && !said.has(name.toLowerCase()) && name !== "stack")
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => [name, oneLine(value)] as const);
  return { message, fields, pretty: JSON.stringify(read, null, 2), stack };
}

type Fields = { [name: string]: unknown };
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function deeper(value: unknown, than: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return than === 0 || Object.values(value).some((each) => deeper(each, than - 1));
}

/** `Error: it broke` for an error, text as it is where it needs no quotes, the rest as JSON. */
function oneLine(value: unknown): string {
  if (
    isFields(value) &&
    typeof value.message === "string" &&
    ("stack" in value || "type" in value || "name" in value)
  ) {
    const name = [value.type, value.name].find((each) => typeof each === "string");
    return short(name === undefined ? value.message : `${name}: ${value.message}`);
  }
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return short(value);
  return short(JSON.stringify(value) ?? "");
}

const short = (text: string) => (text.length > VALUE_CHARS ? `${text.slice(0, VALUE_CHARS)}…` : text);

function stackOf(read: Fields): string[] {
  const holders = [read, read.err, read.error, read.exception];
  for (const holder of holders)
    if (isFields(holder) && typeof holder.stack === "string" && holder.stack.includes("\n"))
      return holder.stack.split("\n");
  return [];
}
