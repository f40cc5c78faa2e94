import type { LogCursor, LogHits, LogLine } from "#contracts/log";

/** A search through a whole log as it goes on, answer by answer. Never changed in place. */
export type LogHunt = {
  /** `enough`: it rests, because there are many hits and nobody asked for more; `broken`: an answer failed. */
  state: "hunting" | "enough" | "cancelled" | "broken" | "done";
  /** Newest first; the last of them when there are more than can be held. */
  hits: readonly LogLine[];
  /** How many there were in all so far. */
  found: number;
  /** Where to go on; null at the beginning, and when everything was seen. */
  next: LogCursor | null;
  /** Bytes looked through. */
  scanned: number;
  /** Bytes there are to look through in all; null before the first answer. */
  total: number | null;
  /** It rests once it has found so many. */
  rest: number;
};

/** It rests after so many hits, until somebody asks for more. */
export const HUNT_REST = 1_000;
/** So many hits are held; then the search goes on without the newest of them. */
export const HUNT_HITS = 4_000;
/** Hits asked for at once. */
export const HUNT_PAGE = 200;

export const newHunt: LogHunt = {
  state: "hunting",
  hits: [],
  found: 0,
  next: null,
  scanned: 0,
  total: null,
  rest: HUNT_REST,
};

/** Takes an answer in. `run`: only hits of this run count, and the search ends where it begins. */
export function takeHits(hunt: LogHunt, answer: LogHits, run: number | null = null): LogHunt {
  const own = run === null ? answer.hits : answer.hits.filter((hit) => hit.run === run);
  const hits = [...hunt.hits, ...own].slice(-HUNT_HITS);
  const next = run !== null && answer.next && answer.next.run < run ? null : answer.next;
  const total = hunt.total ?? hunt.scanned + answer.left;
  const found = hunt.found + own.length;
  const now = { ...hunt, hits, found, next, scanned: hunt.scanned + answer.scanned, total };
  if (next === null) return { ...now, state: "done" };
  return { ...now, state: found >= hunt.rest ? "enough" : "hunting" };
}

/** Goes on after a rest, a cancel or a failure. Beyond what is held, the newest hits make room. */
export const huntOn = (hunt: LogHunt): LogHunt =>
  hunt.state === "done"
    ? hunt
    : { ...hunt, state: "hunting", hits: hunt.hits.slice(-(HUNT_HITS - HUNT_REST)), rest: hunt.found + HUNT_REST };

/** Where to begin: nowhere in particular, where the last answer ended, or (for one run) right where the next run begins. */
export function huntFrom(hunt: LogHunt, run: number | null): LogCursor | undefined {
  if (hunt.next) return hunt.next;
  return run === null ? undefined : { run: run + 1, offset: 0 };
}

/**
 * Asks again and again until the hunt rests, is done or breaks; tells each state. Ends without a word when `signal` says so. An answer
 * that fails is told with why, and the hunt can go on from there.
 */
export async function pursue(
  begun: LogHunt,
  {
    ask,
    tell,
    run,
    signal,
  }: {
    ask: (from: LogCursor | undefined) => Promise<LogHits>;
    tell: (hunt: LogHunt, failure: unknown) => void;
    run: number | null;
    signal: AbortSignal;
  },
): Promise<void> {
  let hunt = begun;
  while (hunt.state === "hunting" && !signal.aborted) {
    try {
      const answer = await ask(huntFrom(hunt, run));
      if (signal.aborted) return;
      hunt = takeHits(hunt, answer, run);
      tell(hunt, null);
    } catch (error) {
      if (signal.aborted) return;
      hunt = { ...hunt, state: "broken" };
      tell(hunt, error);
    }
  }
}
