import type { Command, Desired } from "#contracts/process";

/** What one order came to. `refused`: it changed nothing. `unknown`: the answer never came, so it may have counted or not. */
export type Outcome = "taken" | "refused" | "unknown";

/** One command that was given to one bot; moments in ms of the runner's own clock. */
export type Given = { botId: string; command: Command; from: number; to: number; outcome: Outcome };

/** When a kill may have come through although its answer never did; moments of the runner's own clock. */
export const unansweredKills = (given: readonly Given[]): number[] =>
  given.flatMap(({ command, outcome, from, to }) => (command === "kill" && outcome === "unknown" ? [from, to] : []));

/** A command without an answer may still have been on its way for so long, ms. */
const LATE_MS = 20_000;

const wishOf = (command: Command): Desired => (command === "start" || command === "restart" ? "up" : "down");

/**
 * What must be wanted of a bot after these orders; undefined when nobody can say. The last order that was taken decides, if every
 * other that wished the contrary was over before it began.
 */
export function wanted(given: readonly Given[]): Desired | undefined {
  const counting = given.filter(({ outcome }) => outcome !== "refused");
  const over = ({ to, outcome }: Given) => (outcome === "unknown" ? to + LATE_MS : to);
  const certain = counting.filter(
    (one) =>
      one.outcome === "taken" &&
      counting.every((other) => wishOf(other.command) === wishOf(one.command) || over(other) < one.from),
  );
  const last = certain.at(-1);
  return last && wishOf(last.command);
}
