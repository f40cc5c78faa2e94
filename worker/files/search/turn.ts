import { createJail } from "../jail";
import { partsOf } from "../path";
import { createHides, createSight } from "../sight";
import { type Met, walk } from "./walk";

/** A place in a file: the byte at which a line begins, and the number of that line. */
export type Place = { offset: number; line: number };
const BEGINNING: Place = { offset: 0, line: 1 };

/** The folder of a bot's files, and what of it does not exist for who asks. */
export type InFiles = { root: string; hidden: readonly string[] };

export type Where = InFiles & { path: string; everywhere: boolean; from?: string | undefined };

type Turn = {
  budgetMs: number;
  /** What is met next is looked at from a place on. Answers with the place where it was left off; undefined when it is done. */
  look(met: Met, from: Place, isLate: () => boolean): Place | undefined;
  /** Enough was found for one answer. */
  isFull?: () => boolean;
};

/** Walks on for as long as a turn takes, and answers where to go on; null at the end. At least one step is made. AppError as the jail. */
export async function takeTurn({ root, hidden, path, everywhere, from }: Where, turn: Turn): Promise<string | null> {
  const begun = performance.now();
  const jail = createJail(root, createSight(hidden));
  const hides = createHides(hidden);
  const above = partsOf(path);
  return jail.folder(above, async ({ handle }) => {
    const start = from === undefined ? undefined : startOf(from);
    let until: number | undefined;
    const isLate = () => performance.now() > (until ?? Number.POSITIVE_INFINITY);
    for (const met of walk(handle.fd, {
      above,
      from: start?.path.split("/").slice(above.length) ?? [],
      everywhere,
      hides,
    })) {
      if (until !== undefined && (isLate() || turn.isFull?.())) return nextAt(met, BEGINNING);
      // Finding the place again may take all of it, in a folder of very many files: something is left to go on.
      until ??= Math.max(begun + turn.budgetMs, performance.now() + turn.budgetMs / 2);
      const left = turn.look(met, met.path === start?.path ? start.place : BEGINNING, isLate);
      if (left) return nextAt(met, left);
    }
    return null;
  });
}

/** `<offset>.<line>:<path>`; the path is compared with what is met, and never opened. */
const nextAt = ({ path }: Met, { offset, line }: Place) => `${offset}.${line}:${path}`;

function startOf(from: string): { path: string; place: Place } {
  const [, offset, line, path = ""] = /^(\d+)\.(\d+):(.*)$/s.exec(from) ?? [];
  return { path, place: { offset: Number(offset), line: Math.max(1, Number(line)) } };
}
