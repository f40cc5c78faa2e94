import type { OnConflict } from "#contracts/files";
import type { TakenPlace, UploadChoice } from "#contracts/transfer";

/** What is to happen with a file whose place is taken. */
export type Answer = Exclude<OnConflict, "refuse">;

/** What was answered: for single files by their paths, and for all others; null: nothing for those. */
export type Answers = { own: ReadonlyMap<string, Answer>; rest: Answer | null };

export const unanswered: Answers = { own: new Map(), rest: null };

/** Takes an answer in: for the first of those that are still to be asked about, or for all of them. */
export function answered(before: Answers, asked: readonly TakenPlace[], answer: Answer, all: boolean): Answers {
  if (all) return { ...before, rest: answer };
  const [first] = toAsk(before, asked);
  return first ? { ...before, own: new Map(before.own).set(first.path, answer) } : before;
}

/** What is still to be asked about. */
export const toAsk = ({ own, rest }: Answers, asked: readonly TakenPlace[]): TakenPlace[] =>
  rest === null ? asked.filter(({ path }) => !own.has(path)) : [];

/** The files that need not be sent at all. */
export const skippedOf = ({ own, rest }: Answers, taken: readonly TakenPlace[]): ReadonlySet<string> =>
  new Set(taken.flatMap(({ path }) => ((own.get(path) ?? rest) === "skip" ? [path] : [])));

/** How an upload ends by these answers. What came in the way later is asked about, unless all were answered for. */
export const choiceOf = ({ own, rest }: Answers): UploadChoice => ({
  conflict: rest ?? "refuse",
  conflicts: [...own].map(([path, conflict]) => ({ path, conflict })),
});
