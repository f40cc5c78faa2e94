import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";

/** What a schema found, as far as it is told; `message` is zod's own unless the schema brings words. */
export type Issue = {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
  code?: string;
  expected?: string;
  values?: readonly unknown[];
  options?: readonly unknown[];
  origin?: string;
  keys?: readonly string[];
  minimum?: unknown;
  maximum?: unknown;
  inclusive?: boolean;
};

// Zod's own are for who writes schemas; what a schema says in words of its own stays.
const isZods = /^(Invalid (input|option)|Too (small|big)): expected |^Invalid discriminator value\. /;

const words = en.server.input;
const kinds: Readonly<Record<string, string>> = words.kinds;
const units: Readonly<Record<string, string>> = words.units;

/** What is wrong with a field, to go behind its name: “must be at least 10 characters”. */
export function inputWords(issue: Issue): string {
  const {
    message,
    code,
    expected = "",
    options = [],
    values = options,
    origin = "",
    keys = [],
    minimum,
    maximum,
    inclusive = true,
  } = issue;
  const bound = (limit: unknown) => ({ bound: [String(limit), units[origin] ?? ""].join(" ").trim() });
  if (code === "unrecognized_keys") return fill(words.unknown, { keys: keys.join(", ") });
  if (/^Invalid (input$|string: must match pattern )/.test(message)) return words.form;
  if (!isZods.test(message)) return message;
  if (message.endsWith("received undefined")) return words.missing;
  if (code === "invalid_type") return fill(words.kind, { kind: kinds[expected] ?? expected });
  if (code === "invalid_value" || code === "invalid_union") return fill(words.oneOf, { values: values.join(", ") });
  if (code === "too_small") return fill(inclusive ? words.least : words.over, bound(minimum));
  if (code === "too_big") return fill(inclusive ? words.most : words.under, bound(maximum));
  return message;
}
