import type { Clock } from "./clock";

/** What may wait for a turn: `key` keeps two of one token apart, `first` goes before those who do not have it. */
export type Asking = { key?: string; first: boolean; signal: AbortSignal };

/** A turn that was given. Nobody else of its key gets one between `go` and `begun`, nor until the gap after it is over. */
export type Turn = {
  /** What the turn was for has happened now: from here on the gap to the next of its key counts. */
  begun(): void;
  /** Gives the turn to whoever waits; without `begun` nothing has happened, and no gap is due. Harmless when called again. */
  back(): void;
};

/** Lets a few start at once and the rest wait, so that a hundred bots do not boot at the same moment. */
export interface Turns {
  /** Settles with the turn, or with undefined when the signal called it off. */
  take(asking: Asking): Promise<Turn | undefined>;
}

type Waiting = Asking & { go(before: number | undefined): void };

/** How often a machine that was busy is looked at again, ms, and how many may go beyond `atOnce` at each look. */
const LOOK_MS = 20;
const BEYOND = 8;

/**
 * `atOnce` go in any case; more than that as long as the machine has cores to `spare`: who waits for the network holds a turn but needs
 * none. `apart`: how long two of one key are kept apart, ms, by the machine's uptime; `last` tells at which uptime a key was last used before
 * our time.
 */
export function createTurns(
  clock: Pick<Clock, "uptime" | "after">,
  options: { atOnce: number; apart: number; last?: (key: string) => number | undefined; spare?: () => boolean },
): Turns {
  let free = options.atOnce;
  const waiting = new Set<Waiting>();
  let wake = () => {};
  /** When each key was last used; Infinity while somebody has a turn of it that has not begun. */
  const used = new Map<string, number>();

  function readyAt(key: string | undefined): number {
    if (key === undefined || options.apart === 0) return Number.NEGATIVE_INFINITY;
    const before = used.get(key) ?? options.last?.(key);
    return before === undefined ? Number.NEGATIVE_INFINITY : before + options.apart;
  }

  /** Gives turns to whoever may have one; `beyond` is how many more than are free. */
  function pump(beyond = 0) {
    wake();
    wake = () => {};
    let soonest = Number.POSITIVE_INFINITY;
    for (const first of [true, false]) {
      for (const one of waiting) {
        if (one.first !== first) continue;
        if (free + beyond <= 0) {
          if (options.spare) wake = clock.after(LOOK_MS, look);
          return;
        }
        const ready = readyAt(one.key);
        if (ready > clock.uptime()) {
          soonest = Math.min(soonest, ready);
          continue;
        }
        waiting.delete(one);
        free -= 1;
        const before = one.key === undefined ? undefined : used.get(one.key);
        if (one.key !== undefined) used.set(one.key, Number.POSITIVE_INFINITY);
        one.go(before);
      }
    }
    if (soonest < Number.POSITIVE_INFINITY) wake = clock.after(soonest - clock.uptime(), () => pump());
  }

  function look() {
    pump(options.spare?.() ? Math.max(0, -free) + BEYOND : 0);
  }

  function give(key: string | undefined, before: number | undefined): Turn {
    let isOpen = key !== undefined;
    let given = false;
    const settleKey = (at: number | undefined) => {
      if (!isOpen || key === undefined) return;
      isOpen = false;
      if (at === undefined) used.delete(key);
      else used.set(key, at);
      pump();
    };
    return {
      begun: () => settleKey(clock.uptime()),
      back() {
        if (given) return;
        given = true;
        free += 1;
        settleKey(before);
        pump();
      },
    };
  }

  return {
    take(asking) {
      return new Promise((settle) => {
        if (asking.signal.aborted) return settle(undefined);
        const callOff = () => {
          waiting.delete(one);
          if (waiting.size === 0) wake();
          settle(undefined);
        };
        const one: Waiting = {
          ...asking,
          go(before) {
            asking.signal.removeEventListener("abort", callOff);
            settle(give(asking.key, before));
          },
        };
        asking.signal.addEventListener("abort", callOff, { once: true });
        waiting.add(one);
        pump();
      });
    },
  };
}
