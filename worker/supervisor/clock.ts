/** Time and chance, handed in so that tests drive time instead of waiting for it. */
export interface Clock {
  now(): number;
  /** Calls `then` once after `ms`; the answer calls it off. */
  after(ms: number, then: () => void): () => void;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

/** setTimeout takes 32 bits; a longer wait would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** The clock of the machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.min(Math.max(0, ms), LONGEST));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
