const MB = 1024 * 1024;
/** So much of a flood that was packed is forgotten every second, bytes: what one that never ends costs in the long run. */
const FORGOTTEN = 4 * MB;

/** How much of one log may still be packed while its writer waits. */
export interface Brake {
  /** Whether so many bytes still are within `most`. */
  covers(bytes: number, most: number): boolean;
  /** So many were packed. */
  spend(bytes: number): void;
}

export function createBrake(now = () => performance.now()): Brake {
  let spent = 0;
  let at = now();

  function spentNow(): number {
    const then = at;
    at = now();
    spent = Math.max(0, spent - ((at - then) / 1_000) * FORGOTTEN);
    return spent;
  }

  return {
    covers: (bytes, most) => spentNow() + bytes <= most,
    spend(bytes) {
      spent = spentNow() + bytes;
    },
  };
}
