import type { LogCursor, LogPage } from "#contracts/log";
import { align, isKept, readBackward, readForward } from "./pages";
import type { Look } from "./runs";
import type { Times } from "./times";

/** The lines on either side of one, half of `limit` each, that one included; the place may also lie in the middle of it. */
export async function readAround(
  look: Look,
  times: Times,
  { around, limit }: { around: LogCursor; limit: number },
): Promise<LogPage> {
  const middle = await align(look, around);
  const after = await readForward(look, times, { after: middle, limit: Math.ceil(limit / 2) });
  const room = limit - after.lines.length;
  if (room === 0) return { lines: after.lines, end: after.end, start: (await isKept(look, middle)) ? middle : null };
  // Near the end there are fewer after it; then more of what was before.
  const before = await readBackward(look, times, { before: middle, limit: room });
  return { lines: [...before.lines, ...after.lines], end: after.end, start: before.start };
}
