import type { BotId } from "#contracts/bot";
import { sayReason } from "#contracts/reason";
import type { Supervisor } from "../ports/index";
import type { Clock } from "../supervisor/clock";

/** How a bot fared after its start: `why` it does not run, in words. */
export type Fared = { bot: "running" | "stopped" } | { why: string };

/** Watches a bot for so many seconds from its launch on. A person who stops or restarts it meanwhile is no failure. Rejects when aborted. */
export function watch(
  supervisor: Pick<Supervisor, "get" | "onChange">,
  botId: BotId,
  seconds: number,
  signal: AbortSignal,
  clock: Pick<Clock, "after">,
): Promise<Fared> {
  return new Promise((resolve, reject) => {
    let unset: (() => void) | undefined;
    let over = false;
    const settle = (fared: Fared) => {
      close();
      resolve(fared);
    };
    const stop = () => {
      close();
      reject(signal.reason);
    };
    const unlisten = supervisor.onChange((changed) => {
      if (changed === botId) see(false);
    });
    function close() {
      unset?.();
      void unlisten();
      signal.removeEventListener("abort", stop);
    }
    function see(isOver: boolean) {
      const status = supervisor.get(botId)?.status;
      switch (status?.state) {
        case undefined:
          return settle({ bot: "stopped" });
        case "backoff":
          return settle({ why: sayReason(status.lastExit.reason) });
        case "parked":
          return settle({ why: sayReason(status.reason) });
        case "stopped": {
          const reason = status.lastExit?.reason;
          const isWish = !reason || reason.code === "asked" || reason.code === "done";
          return settle(isWish ? { bot: "stopped" } : { why: sayReason(reason) });
        }
        case "starting":
        case "running":
          over ||= isOver;
          // One that is still starting by then is looked at until it has earned to be called running, or has not.
          if (over && status.state === "running") return settle({ bot: "running" });
          unset ??= clock.after(seconds * 1000, () => see(true));
          return;
        default:
          // Waiting for its turn, or being restarted by a person: its time begins with the launch.
          unset?.();
          unset = undefined;
          over = false;
      }
    }
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    else see(false);
  });
}
