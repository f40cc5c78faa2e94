/** One field of something, before and after; null where it was not there. Secrets are said as dots by whoever calls. */
export type Change = { field: string; before: string | null; after: string | null };

/** How much of a value, and how many fields, an entry holds. */
const VALUE = 500;
const FIELDS = 60;

/** What stands for a secret: that it is one is all that is said of it. */
export const MASKED = "••••••";

/** Which fields of two states of a thing differ, by their path in it. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((field) => was.get(field) !== is.get(field))
    .slice(0, FIELDS)
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }));
}

function fieldsOf(value: unknown, path = ""): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== "object" || Array.isArray(value)) return new Map([[path, shown(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...fieldsOf(inner, path === "" ? key : `${path}.${key}`)]),
  );
}

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > VALUE ? `${text.slice(0, VALUE)}…` : text;
};
