import type { RestartPolicy } from "#contracts/bot";
import { type Reason, reasonTable, sayReason } from "#contracts/reason";

/** A run that ended by itself, and why, as diagnosed. */
export type Ended = { code: number | null; signal: string | null; startedAt: number; at: number; why: Reason };

/** What is remembered of earlier failures; it outlives the worker. */
export type History = {
  /** Failures in a row, without good running between them: the exponent of the pause. */
  attempt: number;
  /** When the recent failures happened, oldest first. */
  failures: readonly number[];
};

/** What is to be done about a run that ended by itself, with the history to keep. */
export type Verdict =
  | { kind: "restart"; delayMs: number; history: History; reason: Reason }
  | { kind: "done"; history: History; reason: Reason }
  | { kind: "park"; history: History; reason: Reason };

const fresh: History = { attempt: 0, failures: [] };

/**
 * Rules on an exit. Pure: chance comes in as `random` (0 ≤ x < 1), time as `ended.at`. A run that lived for `forgetMs`
 * wipes out what was before it. A reason that a restart cannot mend parks even a bot that claims to be done: discord.js
 * with a caught login error ends with exit code 0.
 */
export function judge(ended: Ended, history: History, policy: RestartPolicy, random: number): Verdict {
  const known = ended.at - ended.startedAt >= policy.forgetMs ? fresh : history;
  // The server went down, not the bot: nobody's failure, so only "never" keeps it from coming back, and no pause is due.
  if (ended.why.code === "rebooted") {
    return policy.mode === "never"
      ? { kind: "done", history: known, reason: ended.why }
      : { kind: "restart", delayMs: 0, history: known, reason: ended.why };
  }
  if (reasonTable[ended.why.code].hopeless) return { kind: "park", history: known, reason: ended.why };

  const finished = ended.code !== null && policy.doneCodes.includes(ended.code);
  if (finished && policy.mode !== "always") {
    return { kind: "done", history: fresh, reason: { code: "done", values: { code: ended.code ?? 0 } } };
  }
  if (policy.mode === "never") return { kind: "done", history: fresh, reason: ended.why };

  const windowStart = ended.at - policy.crashWindowMs;
  const failures = [...known.failures.filter((at) => at > windowStart && at <= ended.at), ended.at];
  if (failures.length >= policy.crashLimit) {
    const minutes = Math.max(1, Math.round(policy.crashWindowMs / 60_000));
    const reason: Reason = {
      code: "crash_loop",
      values: { ...missing(ended.why), count: failures.length, minutes, last: sayReason(ended.why) },
    };
    return { kind: "park", history: { attempt: known.attempt + 1, failures }, reason };
  }
  return {
    kind: "restart",
    delayMs: pause(known.attempt, policy, random),
    history: { attempt: known.attempt + 1, failures },
    reason: ended.why,
  };
}

// What mends the last failure mends the loop.
const missing = ({ code, values: { module } }: Reason): Reason["values"] =>
  code === "module_missing" && module ? { module } : {};

/** Doubles from `backoffMs` to `backoffMaxMs`, ± 20 %: bots that fell together must not rise together. */
function pause(attempt: number, policy: RestartPolicy, random: number): number {
  const plain = Math.min(policy.backoffMaxMs, policy.backoffMs * 2 ** Math.min(attempt, 30));
  return Math.round(Math.min(policy.backoffMaxMs, plain * (0.8 + 0.4 * random)));
}
