import { client } from "#client/api";
import type { LogCursor, LogLine } from "#contracts/log";
import { cursorOf } from "./address";

const placeOf = (line: LogLine | undefined): LogCursor | null => (line ? { run: line.run, offset: line.offset } : null);

/** The first line from a moment on; null when nothing was printed since. */
export async function placeSince(botId: string, since: number): Promise<LogCursor | null> {
  const { lines } = await client.log.read({ botId, since, limit: 1 });
  return placeOf(lines[0]);
}

/** The oldest line there is. */
export async function firstPlace(botId: string): Promise<LogCursor | null> {
  const { lines } = await client.log.read({ botId, after: cursorOf({ run: 0, offset: 0 }), limit: 1 });
  return placeOf(lines[0]);
}

/** Where a run ends, or the newest line of one that goes on; null when nothing of it is kept. */
export async function endOfRun(botId: string, run: number): Promise<LogCursor | null> {
  // The mark of the next run's start stands before its first byte, so it may come along.
  const { lines } = await client.log.read({ botId, before: cursorOf({ run: run + 1, offset: 0 }), limit: 2 });
  return placeOf(lines.findLast((line) => line.run === run));
}
