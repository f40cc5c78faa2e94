import type { LogCursor, LogHits, LogLine, LogSearch } from "#contracts/log";
import { placeAt } from "./moment";
import type { Look } from "./runs";
import type { FoundLine, LogFound, LogJob } from "./search-job";
import type { Times } from "./times";

/** Hits nearer to each other than this are timed together, bytes: reading the index between them is cheaper than finding it again. */
const NEAR = 1024 * 1024;

type Job = Omit<LogJob, "botsDir" | "botId" | "secrets">;

/** One answer of a search: moments become places before, and the hits get their times after; between, `slice` looks through the bytes. */
export async function searchLook(
  look: Look,
  times: Times,
  { since, until, from, ...search }: LogSearch,
  slice: (job: Job) => Promise<LogFound>,
): Promise<LogHits> {
  const lowest = since === undefined ? { run: 0, offset: 0 } : await placeAt(look, times, since);
  const last = until === undefined ? undefined : await placeAt(look, times, until + 1);
  const start = from && last ? earlier(from, last) : (from ?? last);
  const found = await slice({ ...search, lowest, ...(start ? { from: start } : {}) });
  return { ...found, hits: await timed(look, times, found.hits) };
}

const earlier = (a: LogCursor, b: LogCursor) => (a.run < b.run || (a.run === b.run && a.offset < b.offset) ? a : b);

async function timed(look: Look, times: Times, hits: readonly FoundLine[]): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let at = 0; at < hits.length; ) {
    const group = [];
    for (let hit = hits[at]; hit && isNear(group.at(-1) ?? hit, hit); hit = hits[++at]) group.push(hit);
    const [newest] = group;
    const oldest = group.at(-1);
    if (!newest || !oldest) break;
    const seen = await look.at(newest.run);
    await times.note(seen.file, seen.size, seen.mtime);
    const timeOf = await times.of(seen.file, oldest.offset, newest.next);
    // Times are asked for in rising order.
    const rising = group.toReversed().map((hit) => ({ ...hit, at: timeOf(hit.offset), stream: "out" as const }));
    lines.push(...rising.reverse());
  }
  return lines;
}

const isNear = (newer: FoundLine, older: FoundLine) => newer.run === older.run && newer.offset - older.offset < NEAR;
