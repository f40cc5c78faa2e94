import { type ProcessStatus, transitions } from "#contracts/process";
import type { Clock } from "./clock";

/*
 * The life of one bot. Every arrow is a row of `transitions` in contracts/process.ts.
 *
 *               person, worker, crash                launched                 earned
 *   stopped ───────────────────────▶ preparing ─────────────────▶ starting ──────────▶ running
 *    ▲  ▲                             │  │  ▲                      │  │                 │  │
 *    │  │ cancelled                   │  │  │ retryAt              │  │ exit            │  │ exit
 *    │  └─────────────────────────────┘  │  └──── backoff ◀────────┼──┴─── judge ───────┼──┘
 *    │                                   │           │             │         │          │
 *    │                 cannot be started ▼           │ stop        │ stop    │ hopeless │ stop, restart, kill
 *    │                                 parked ◀──────┼─────────────┼─────────┘          ▼
 *    │                                   │ stop      ▼             └──────────────▶ stopping
 *    └───────────────────────────────────┴───────────┴─────────────────────────────────┘
 *                                                          tree gone (restart: back to preparing)
 *
 * parked leaves by itself only when it has an `until`: the start budget is back.
 */

/** The state of one bot and the only door through which it changes. */
export interface Machine {
  readonly status: ProcessStatus;
  /** Changes the state: checks the table, calls off the timers of the state being left, tells the world. */
  enter(happening: string, next: ProcessStatus): void;
  /** A timer that lives no longer than the present state. */
  after(ms: number, then: () => void): void;
  /** Calls off every timer; the state stays. */
  close(): void;
}

/** Makes the machine of one bot, at rest. */
export function createMachine(name: string, clock: Clock, changed: (status: ProcessStatus) => void): Machine {
  let status: ProcessStatus = { state: "stopped" };
  let timers: (() => void)[] = [];

  function callOff() {
    for (const cancel of timers) cancel();
    timers = [];
  }

  return {
    get status() {
      return status;
    },
    enter(happening, next) {
      const allowed: readonly string[] = transitions[status.state];
      if (!allowed.includes(next.state)) {
        throw new Error(`${name}: ${happening} cannot lead from ${status.state} to ${next.state}`);
      }
      callOff();
      status = next;
      changed(status);
    },
    after(ms, then) {
      timers.push(clock.after(ms, then));
    },
    close: callOff,
  };
}
