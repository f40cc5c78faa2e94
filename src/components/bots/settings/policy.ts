import type { RestartPolicy } from "#contracts/bot";

/** What a policy does to a bot that crashes right after each start. */
export type PolicyPreview =
  | { kind: "stays-down" }
  /** Tried again after these pauses (ms), then parked. */
  | { kind: "parks"; pauses: number[] }
  /** The crashes are too far apart to fill the window: it goes on for ever at the last pause. */
  | { kind: "goes-on"; pauses: number[] };

/** Plays the policy through without jitter, as the supervisor would judge a crash at each start. */
export function previewPolicy(policy: RestartPolicy): PolicyPreview {
  if (policy.mode === "never") return { kind: "stays-down" };
  const longest = Math.max(policy.backoffMaxMs, 0);
  const pauses: number[] = [];
  const crashes = [0];
  for (let pause = Math.min(policy.backoffMs, longest); ; pause = Math.min(pause * 2, longest)) {
    const now = crashes.at(-1) ?? 0;
    const recent = crashes.filter((crash) => now - crash <= policy.crashWindowMs).length;
    if (recent >= policy.crashLimit) return { kind: "parks", pauses };
    // Once a window holds nothing but longest pauses, nothing changes any more.
    if (pauses.length > policy.crashLimit && pauses.slice(-policy.crashLimit).every((each) => each === longest)) {
      return { kind: "goes-on", pauses: pauses.slice(0, pauses.indexOf(longest) + 1) };
    }
    pauses.push(pause);
    crashes.push(now + pause);
  }
}

/** A long list for people: the first three and the last. */
export function shorten<T>(list: readonly T[]): { shown: readonly T[]; skipped: boolean; last?: T } {
  return list.length <= 4
    ? { shown: list, skipped: false }
    : { shown: list.slice(0, 3), skipped: true, last: list.at(-1) };
}
