import { type Operation, operationNamed } from "./operations";

/** Ends a command at the first thing it would change, and says what that is. */
export class DryRun extends Error {
  override readonly name = "DryRun";
  constructor(
    readonly operation: Operation,
    readonly input: unknown,
  ) {
    const { method, path, name, summary } = operation;
    const { filled, rest } = placed(path, JSON.parse(shown(input)));
    super(`Would ${method} /api${filled} (${name}): ${summary}.${rest} Nothing was changed.`);
  }
  toJSON() {
    const { name, method, path } = this.operation;
    return { dryRun: true, operation: name, method, path: `/api${path}`, input: JSON.parse(shown(this.input)) };
  }
}

/** An address with what stands in it, and what is sent besides. */
function placed(path: string, input: Readonly<Record<string, unknown>>): { filled: string; rest: string } {
  const inPath = (key: string) => path.includes(`{${key}}`);
  const given: Readonly<Record<string, unknown>> = { ...input, ...Object(input.params) };
  const rest = Object.entries(input).filter(([key]) => key !== "params" && !inPath(key));
  return {
    filled: path.replace(/\{(\w+)\}/g, (place, key: string) => (key in given ? String(given[key]) : place)),
    rest: rest.length > 0 ? ` With ${JSON.stringify(Object.fromEntries(rest))}.` : "",
  };
}

/** Refuses an operation that changes something. */
export function assertChangesNothing(path: readonly string[], input: unknown): void {
  const operation = operationNamed(path.join("."));
  if (operation?.meta.writes && !looks.has(operation.name)) throw new DryRun(operation, input);
}

/** A ticket opens a live connection, by which one only looks on; a preview says itself what would be changed. */
const looks = new Set(["live.ticket", "env.preview"]);

const hidden = /token|secret|password|code|^value$|^text$/i;
/** An input as it may be read along. */
export const shown = (input: unknown): string =>
  JSON.stringify(input, (key, value: unknown) => (hidden.test(key) && typeof value === "string" ? "••••••" : value)) ??
  "{}";
