import { readFileSync } from "node:fs";
import { uptime } from "node:os";

/** Time and chance, handed in so that tests drive time instead of waiting for it. */
export interface Clock {
  /** What people call the time. It may be set forward or back at any moment: fit for showing, not for measuring. */
  now(): number;
  /** Milliseconds since the machine was switched on: only ever grows, and outlives the worker. For measuring. */
  uptime(): number;
  /** Names this boot of the machine: what `uptime` of another boot said means nothing now. */
  boot(): string;
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
  uptime: () => Math.round(uptime() * 1_000),
  boot: () => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim(),
  after(ms, then) {
    const timer = setTimeout(then, Math.min(Math.max(0, ms), LONGEST));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
