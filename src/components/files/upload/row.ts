import type { DockAct, DockPhase, DockRow } from "../dock/dock";
import type { Standing } from "./course";
import type { Part } from "./part";

/** Where an upload's row stands: how its requests go is what counts, while there are any. */
export function shownPhase(own: DockPhase, standing: Standing): DockPhase {
  const asks = own.is === "moving" || own.is === "working" || own.is === "preparing";
  return asks && standing.is !== "moving" ? standing : own;
}

/** Which of all that can be done with an upload can be in a phase. `retry` is missing for one that cannot be begun anew. */
export function actsIn(
  { is }: DockPhase,
  { retry, ...all }: Record<Exclude<DockAct, "retry">, () => void> & { retry: (() => void) | null },
): DockRow["acts"] {
  const { dismiss, cancel, choose, pause, resume } = all;
  if (is === "done") return { dismiss };
  if (is === "failed") return retry ? { retry, dismiss } : { dismiss };
  if (is === "waiting") return { choose, cancel };
  if (is === "paused" || is === "stopped") return { resume, cancel };
  if (is === "moving" || is === "offline") return { pause, cancel };
  return { cancel };
}

/** How an upload ended whose parts all have their names; `skipped` were never sent. */
export function doneOf(parts: readonly Pick<Part, "end">[], skipped: number): DockPhase {
  const ends = parts.flatMap(({ end }) => end ?? []);
  const sum = (what: "placed" | "skipped") => ends.reduce((all, end) => all + end[what], 0);
  const failed = ends.flatMap((end) => end.failed);
  return { is: "done", placed: sum("placed"), skipped: sum("skipped") + skipped, failed };
}
