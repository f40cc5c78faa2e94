import type { LiveRun } from "../ports/index";
import { readProc } from "../process/read";
import type { Clock } from "./clock";

/** First look at a bot after its launch, and between two more, ms. */
const FIRST_MS = 15;
const AGAIN_MS = 100;
/** Less of a core than this used between two looks, and its boot is over or waits for the network. */
const SHARE = 0.3;
/** Hundredths of a second, as /proc/<pid>/stat counts on every Linux there is. */
const TICK_MS = 10;

/** Asks whether a bot has stopped booting: each call looks again. */
export type Quiet = (run: LiveRun) => () => boolean;

/** Looks at the process itself and what it started, so that a machine that is busy with other things holds nobody up. */
export const createQuiet =
  (clock: Pick<Clock, "uptime">): Quiet =>
  (run) => {
    let before = { at: clock.uptime(), ticks: 0 };
    return () => {
      const seen = lookAt(run.pid, 0);
      const now = { at: clock.uptime(), ticks: seen.ticks };
      const used = (now.ticks - before.ticks) * TICK_MS;
      const isQuiet = !seen.wants && used <= SHARE * Math.max(TICK_MS, now.at - before.at);
      before = now;
      return isQuiet;
    };
  };

/** Calls `quiet` once, when the run has become so; the answer calls it off. */
export function whenQuiet(clock: Pick<Clock, "after">, isQuiet: () => boolean, quiet: () => void): () => void {
  let cancel = clock.after(FIRST_MS, look);
  function look() {
    if (isQuiet()) return quiet();
    cancel = clock.after(AGAIN_MS, look);
  }
  return () => cancel();
}

const text = (path: string) => readProc(path, (bytes) => bytes.toString("latin1")) ?? "";

type Seen = { ticks: number; wants: boolean };

/** A wrapper waits while what it wraps boots, so its children count too. Deeper than three there is nothing but the bot's own doing. */
function lookAt(pid: number, depth: number): Seen {
  const seen = { ticks: 0, wants: false };
  try {
    const stat = text(`/proc/${pid}/stat`);
    if (stat === "") return seen;
    const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
    // R: runs or would. D: waits for the disk, as a boot does that reads its code.
    seen.wants = fields[0] === "R" || fields[0] === "D";
    seen.ticks = Number(fields[11]) + Number(fields[12]);
    const children = depth < 3 ? text(`/proc/${pid}/task/${pid}/children`).split(" ") : [];
    for (const child of children.filter((one) => one !== "")) {
      const { ticks, wants } = lookAt(Number(child), depth + 1);
      seen.ticks += ticks;
      seen.wants ||= wants;
    }
  } catch {
    // It is gone, or the kernel does not list children: what was seen so far must do.
  }
  return seen;
}
