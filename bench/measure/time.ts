export const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

/** The machine's monotonic clock, ns: what the children write into their records. */
export const now = (): bigint => process.hrtime.bigint();
export const msSince = (begun: bigint, end: bigint = now()): number => Number(end - begun) / 1e6;

/** Waits until something is there, and hands it over; what never comes is an error that says so. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 60_000, everyMs = 20 } = {},
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
    await sleep(everyMs);
  }
}
