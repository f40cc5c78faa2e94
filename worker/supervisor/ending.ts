import type { StopPolicy } from "#contracts/bot";
import type { LiveRun, RawExit } from "../ports/index";
import type { Clock } from "./clock";

/** After its whole tree was killed a run must be gone at once; if its end is not seen within this, it is called lost. */
const GONE_MS = 5_000;

/**
 * Ends a run: its signal, SIGTERM at half the grace, then the whole tree is killed. Settles when nothing of it is left.
 * `hurry` cuts the grace short.
 */
export async function endRun(run: LiveRun, policy: StopPolicy, clock: Clock, hurry: AbortSignal): Promise<RawExit> {
  const half = policy.graceMs / 2;
  for (const signal of [policy.signal, "SIGTERM"] as const) {
    if (hurry.aborted || half === 0) break;
    run.signal(signal);
    if (await within(run.exited, half, clock, hurry)) break;
  }
  await run.killTree();
  await within(run.exited, GONE_MS, clock);
  return Promise.race([run.exited, { code: null, signal: null, at: clock.now(), recorded: false }]);
}

/** True when the promise settles in time; `hurry` cuts the time short. */
export function within(promise: Promise<unknown>, ms: number, clock: Clock, hurry?: AbortSignal): Promise<boolean> {
  return new Promise((settle) => {
    if (hurry?.aborted) return settle(false);
    const late = () => finish(false);
    const cancel = clock.after(ms, late);
    hurry?.addEventListener("abort", late, { once: true });
    function finish(inTime: boolean) {
      cancel();
      hurry?.removeEventListener("abort", late);
      settle(inTime);
    }
    void promise.then(() => finish(true));
  });
}
