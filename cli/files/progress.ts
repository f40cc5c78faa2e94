import { megabytes, plain } from "../output";
import { cutTo } from "../width";

/** A line on a terminal that says how far something is; nothing where standard error is none, or with --json. */
export type Progress = {
  show(done: number, total: number): void;
  /** Takes the line away. */
  end(): void;
};

const CELLS = 24;
const EVERY_MS = 100;

/** Begins one; `what` stands at its left. */
export function openProgress(what: string, json: boolean, out: NodeJS.WriteStream = process.stderr): Progress {
  if (json || !out.isTTY) return { show() {}, end() {} };
  let shownAt = 0;
  return {
    show(done, total) {
      if (Date.now() - shownAt < EVERY_MS && done < total) return;
      shownAt = Date.now();
      const part = total > 0 ? Math.min(1, done / total) : 0;
      const bar = "█".repeat(Math.round(part * CELLS)).padEnd(CELLS, "░");
      const amount = total > 0 ? `${bar} ${Math.floor(part * 100)} %, ${megabytes(total)}` : megabytes(done);
      // A line that is longer than the terminal could not be taken back.
      const line = `${cutTo(plain(what), Math.max(8, (out.columns ?? 80) - amount.length - 3))}  ${amount}`;
      out.write(`\r\x1b[K${cutTo(line, (out.columns ?? 80) - 1)}`);
    },
    end: () => void out.write("\r\x1b[K"),
  };
}
