import { type Cell, cell } from "#client/live/cell";
import type { TransferStatus, TransferView } from "#contracts/transfer";

/*
 * The dock holds what is on its way into bots' files, as rows. It outlives the Files tab: who moves bytes from this page puts a row of its
 * own and keeps it true (`../upload`); what the worker does by itself (extract, pack, pull) is followed by `watchTransfer`. Components only
 * read the rows and call what a row says can be done.
 */

/** What a person can do with a row. `choose`: choose the same files again; `dismiss`: take the row away once it is over. */
export type DockAct = "pause" | "resume" | "choose" | "retry" | "cancel" | "dismiss";

/** Where a row stands. */
export type DockPhase =
  /** Files are read and looked at before anything moves. */
  | { is: "preparing" }
  /** A person is asked something first. */
  | { is: "asking" }
  | { is: "moving" }
  | { is: "paused" }
  /** Nobody answers: it goes on by itself when somebody does. */
  | { is: "offline" }
  /** The page was loaded anew and has lost the files: they must be chosen again. `note`: what was wrong with the last choice. */
  | { is: "waiting"; missing: number; note?: "none" | "some" }
  /** All bytes are where they should be; the worker does the rest. */
  | { is: "working" }
  /** Something must be put right first; `resume` goes on. `failure`: what `readFailure` reads. */
  | { is: "stopped"; failure: unknown }
  | { is: "done"; placed: number; skipped: number; failed: Extract<TransferStatus, { state: "done" }>["failed"] }
  | { is: "failed"; failure: unknown };

/** One thing on its way. */
export type DockRow = {
  /** Names the row; a later one of the same key takes its place. */
  key: string;
  botId: string;
  kind: TransferView["kind"];
  /** What it is called: the name of a file or folder. */
  name: string;
  /** Of how many files it is; 0 is not known. */
  files: number;
  /** The folder it goes to. */
  to: string;
  phase: DockPhase;
  /** Bytes; a total of 0 is not known. */
  done: number;
  total: number;
  /** Bytes in a second, lately; null: not known. */
  rate: number | null;
  acts: Readonly<Partial<Record<DockAct, () => void>>>;
};

/** Whether nothing more will happen to a row. */
export const isOver = ({ phase }: DockRow): boolean => phase.is === "done" || phase.is === "failed";

const rows: Cell<readonly DockRow[]> = cell<readonly DockRow[]>([]);

/** The one dock of this page. */
export const dock = {
  /** All rows, oldest first. */
  rows,
  /** Puts a row, or what is new of it. */
  put(row: DockRow): void {
    const all = rows.get();
    const there = all.some(({ key }) => key === row.key);
    rows.set(there ? all.map((one) => (one.key === row.key ? row : one)) : [...all, row]);
  },
  remove(key: string): void {
    rows.set(rows.get().filter((row) => row.key !== key));
  },
};
