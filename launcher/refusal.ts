import { fill, type Values } from "#contracts/errors";
import { launcherWords } from "#contracts/words/launcher";

/** An expected reason not to go on: one sentence that says what to do. The launcher prints it and ends with exit code 1. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: keyof typeof launcherWords,
    values: Values = {},
  ) {
    super(fill(launcherWords[code], values));
  }
}

/** What went wrong, short and on one line, for the brackets of a refusal. */
export function detailOf(error: unknown): string {
  const own = error instanceof AggregateError ? error.errors[0] : error;
  const text = own instanceof Error ? own.message : String(own);
  return text.split("\n")[0]?.trim().replace(/\.$/, "") || "no reason given";
}
