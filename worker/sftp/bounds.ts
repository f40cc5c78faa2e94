import { placeOf } from "#contracts/place";
import { createBucket } from "../gateway/rate";

/*
 * How many may be connected. A connection costs memory, and its handshake some milliseconds of the worker's only thread: so strangers
 * are few, and from one place they come only so often.
 */
export const bounds = {
  /** Not yet signed in: in all, and from one place. */
  strangers: 64,
  strangersOfPlace: 10,
  /** Signed in: in all, from one place, of one person. */
  all: 128,
  ofPlace: 32,
  ofUser: 16,
  /** New ones a second from one place. */
  perSecond: 20,
  /** Places that are remembered. */
  places: 10_000,
} as const;

/** What counts one connection out again. */
export type Leave = () => void;

/** Counts who is connected. */
export function createBounds() {
  const strangers = new Map<string, number>();
  const places = new Map<string, number>();
  const users = new Map<string, number>();
  const buckets = new Map<string, ReturnType<typeof createBucket>>();
  const sum = { strangers: 0, all: 0 };

  function isTooOften(place: string): boolean {
    let bucket = buckets.get(place);
    if (!bucket) {
      if (buckets.size >= bounds.places) buckets.clear();
      bucket = createBucket(bounds.perSecond);
      buckets.set(place, bucket);
    }
    return !bucket.take();
  }

  return {
    /** A new connection; undefined when it is one too many. */
    enter(address: string): Leave | undefined {
      const place = placeOf(address);
      if (isTooOften(place)) return undefined;
      if (sum.strangers >= bounds.strangers || of(strangers, place) >= bounds.strangersOfPlace) return undefined;
      sum.strangers += 1;
      change(strangers, place, 1);
      return once(() => {
        sum.strangers -= 1;
        change(strangers, place, -1);
      });
    },
    /** One that has signed in; undefined when it is one too many. */
    admit(address: string, userId: string): Leave | undefined {
      const place = placeOf(address);
      const isFull = sum.all >= bounds.all || of(places, place) >= bounds.ofPlace || of(users, userId) >= bounds.ofUser;
      if (isFull) return undefined;
      sum.all += 1;
      change(places, place, 1);
      change(users, userId, 1);
      return once(() => {
        sum.all -= 1;
        change(places, place, -1);
        change(users, userId, -1);
      });
    },
  };
}

const of = (counts: ReadonlyMap<string, number>, key: string): number => counts.get(key) ?? 0;

function change(counts: Map<string, number>, key: string, by: number): void {
  const now = of(counts, key) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}

function once(work: () => void): Leave {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
