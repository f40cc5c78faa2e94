import type { Clock } from "./clock";

/** What may wait for a turn: `key` keeps two of one token apart, `first` goes before those who do not have it. */
export type Asking = { key?: string; first: boolean; signal: AbortSignal };

/** Lets a few start at once and the rest wait, so that a hundred bots do not boot at the same moment. */
export interface Turns {
  /** Settles with the way to give the turn back, or with undefined when the signal called it off. */
  take(asking: Asking): Promise<(() => void) | undefined>;
}

type Waiting = Asking & { go(): void };

/** `apart`: how long two of one key are kept apart, ms; `last` tells when a key was last used before our time. */
export function createTurns(
  clock: Clock,
  options: { atOnce: number; apart: number; last?: (key: string) => number | undefined },
): Turns {
  let free = options.atOnce;
  let waiting: Waiting[] = [];
  let wake = () => {};
  const used = new Map<string, number>();

  function readyAt(key: string | undefined): number {
    if (key === undefined || options.apart === 0) return 0;
    let before = Math.max(used.get(key) ?? 0, options.last?.(key) ?? 0);
    // A clock set back must not keep a bot waiting for longer than the gap itself.
    if (before > clock.now()) {
      before = clock.now();
      used.set(key, before);
    }
    return before === 0 ? 0 : before + options.apart;
  }

  function pump() {
    wake();
    while (free > 0) {
      const next = waiting.find((one) => readyAt(one.key) <= clock.now());
      if (!next) break;
      waiting = waiting.filter((one) => one !== next);
      free -= 1;
      if (next.key !== undefined) used.set(next.key, clock.now());
      next.go();
    }
    if (free > 0 && waiting.length > 0) {
      wake = clock.after(Math.min(...waiting.map((one) => readyAt(one.key))) - clock.now(), pump);
    }
  }

  function giveBack() {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      free += 1;
      pump();
    };
  }

  return {
    take(asking) {
      return new Promise((settle) => {
        if (asking.signal.aborted) return settle(undefined);
        const callOff = () => {
          waiting = waiting.filter((other) => other !== one);
          settle(undefined);
        };
        const one: Waiting = {
          ...asking,
          go() {
            asking.signal.removeEventListener("abort", callOff);
            settle(giveBack());
          },
        };
        asking.signal.addEventListener("abort", callOff, { once: true });
        const place = asking.first ? waiting.findIndex((other) => !other.first) : -1;
        if (place >= 0) waiting.splice(place, 0, one);
        else waiting.push(one);
        pump();
      });
    },
  };
}
