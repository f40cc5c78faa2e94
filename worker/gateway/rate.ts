/** Lets so many through a second, and as many at once after a rest. */
export function createBucket(perSecond: number, clock: () => number = () => performance.now()) {
  let left = perSecond;
  let last = clock();
  return {
    take(): boolean {
      const now = clock();
      left = Math.min(perSecond, left + ((now - last) * perSecond) / 1_000);
      last = now;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
export type Bucket = ReturnType<typeof createBucket>;
