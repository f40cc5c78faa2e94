import { AppError } from "#contracts/errors";

type Pace = { atOnce: number; perSecond: number };

/** So many kept apart, what is at rest is forgotten. */
const MANY = 1_000;

/** Lets each key have so much at once, and so much a second in the long run. In memory: it is for floods, not for accounts. */
export function openPace({ atOnce, perSecond }: Pace, clock: () => number = () => performance.now()) {
  const kept = new Map<string, { left: number; at: number }>();
  const now = ({ left, at }: { left: number; at: number }) =>
    Math.min(atOnce, left + ((clock() - at) * perSecond) / 1_000);
  return {
    /** AppError too_many_requests. */
    take(key: string): void {
      const known = kept.get(key);
      const left = known ? now(known) : atOnce;
      if (left < 1) throw new AppError("too_many_requests", { seconds: Math.ceil((1 - left) / perSecond) });
      if (!known && kept.size >= MANY) for (const [other, one] of kept) if (now(one) >= atOnce) kept.delete(other);
      kept.set(key, { left: left - 1, at: clock() });
    },
  };
}
export type OpenPace = ReturnType<typeof openPace>;
