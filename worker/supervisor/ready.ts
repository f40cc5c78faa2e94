import type { ReadyPolicy } from "#contracts/bot";
import type { Closer, LiveRun, Logs } from "../ports/index";
import type { Clock } from "./clock";
import type { Machine } from "./machine";

/** A bot without a ready line is believed after this long alive, ms. */
export const ALIVE_MS = 5_000;

type Watching = { run: LiveRun; policy: ReadyPolicy; machine: Machine; clock: Clock; logs: Pick<Logs, "follow"> };

/**
 * Moves a bot from starting to running once it has earned it: its ready line was seen, or without one, it lived for
 * five seconds. Past its time-out it runs, but late; the line may still come. `earned` hears of each.
 */
export function watchReady({ run, policy, machine, clock, logs }: Watching, earned: (ready: boolean) => void): Closer {
  const become = (ready: "ready" | "late") => {
    machine.enter(`earned (${ready})`, { state: "running", pid: run.pid, run: run.run, since: run.startedAt, ready });
    earned(ready === "ready");
  };
  // A clock set back must not make anybody wait for longer than that.
  const left = (ms: number) => Math.min(ms, Math.max(0, run.startedAt + ms - clock.now()));

  if (policy.line === "") {
    machine.after(left(ALIVE_MS), () => become("ready"));
    return () => {};
  }
  let over = false;
  let unfollow: Closer = () => {};
  const stop = () => {
    over = true;
    void unfollow();
  };
  machine.after(left(policy.timeoutMs), () => become("late"));
  // From the run's first byte: an adopted bot may have said it while nobody listened.
  unfollow = logs.follow(run.botId, "console", { run: run.run, offset: 0 }, (lines) => {
    if (over) return;
    if (!lines.some((line) => line.run === run.run && line.stream === "out" && line.text.includes(policy.line))) return;
    stop();
    become("ready");
  });
  if (over) void unfollow();
  return stop;
}
