import type { LogCursor } from "#contracts/log";
import { align, readForward } from "./pages";
import type { Look, RunLook } from "./runs";
import type { Times } from "./times";

/** The place before the first line, mark included, that came at a moment or later; as coarse as the times of lines are. */
export async function placeAt(look: Look, times: Times, moment: number): Promise<LogCursor> {
  let before: LogCursor = { run: 0, offset: 0 };
  for (const run of look.runs) {
    const seen = await look.at(run);
    if (seen.record && seen.record.startedAt >= moment) return before;
    const inRun = lastMomentOf(seen) >= moment ? await placeIn(look, times, seen, moment) : null;
    if (inRun) return inRun;
    before = { run, offset: seen.size + (seen.record?.endedAt === undefined ? 0 : 1) };
  }
  return before;
}

const lastMomentOf = ({ record, mtime }: RunLook) => Math.max(record?.endedAt ?? 0, mtime);

/** The same within a run; null when none of its lines is so new. */
async function placeIn(look: Look, times: Times, seen: RunLook, moment: number): Promise<LogCursor | null> {
  await times.note(seen.file, seen.size, seen.mtime);
  const offset = await times.firstSince(seen.file, moment);
  if (offset !== null && offset < seen.size) {
    const line = await align(look, { run: seen.run, offset });
    // A line that was half there had begun before.
    return line.offset === offset ? line : (await readForward(look, times, { after: line, limit: 1 })).end;
  }
  const ended = seen.record?.endedAt ?? 0;
  return ended >= moment ? { run: seen.run, offset: seen.size } : null;
}
