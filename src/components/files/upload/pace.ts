import { CHUNK_BYTES } from "#contracts/import";

const SMALLEST = 256 * 1024;
/** A chunk should take about so long, ms: long enough to be worth its request, short enough for the bar to move and a pause to cost little. */
const QUICK_MS = 700;
const SLOW_MS = 4_000;

/** What the first chunk has, bytes. */
export const FIRST_PIECE = 1024 * 1024;

/** How much the next chunk should have, after one of `piece` bytes took `ms`. */
export function nextPiece(piece: number, ms: number): number {
  if (ms < QUICK_MS) return Math.min(CHUNK_BYTES, piece * 2);
  return ms > SLOW_MS ? Math.max(SMALLEST, Math.floor(piece / 2)) : piece;
}

/** How long to wait before the next try, ms; `tries` counts those that failed. */
export const backoff = (tries: number): number => Math.min(15_000, 1_000 * 2 ** Math.max(0, tries - 1));

const WINDOW_MS = 6_000;

/** How fast it goes, over the last seconds. */
export function createRate() {
  let seen: { at: number; done: number }[] = [];
  return {
    note(at: number, done: number): void {
      seen = [...seen.filter((one) => at - one.at <= WINDOW_MS), { at, done }];
    },
    /** What was paused did not go slowly: it begins anew. */
    reset(): void {
      seen = [];
    },
    /** Bytes in a second; null as long as there is too little to tell. */
    get(): number | null {
      const [first, last] = [seen[0], seen.at(-1)];
      if (!first || !last || last.at - first.at < 500) return null;
      return ((last.done - first.done) / (last.at - first.at)) * 1_000;
    },
  };
}
