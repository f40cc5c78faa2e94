import pidusage from "pidusage";
import type { BotSample } from "#contracts/bot";

/** What a tree of processes uses now. */
export type TreeUsage = Pick<BotSample, "cpu" | "memory">;

/**
 * Measures a whole tree. Pages that its processes share count once for each of them. Null when nothing of it is left, or when the
 * machine does not tell.
 */
export function createTreeProbe() {
  return async (pids: readonly number[]): Promise<TreeUsage | null> => {
    if (pids.length === 0) return null;
    // A process that ends while the tree is measured must not hide the others, so each is asked for by itself.
    const all = await Promise.all(pids.map((pid) => pidusage(pid).catch(() => null)));
    const seen = all.filter((one) => one !== null && one !== undefined);
    if (seen.length === 0) return null;
    const cpu = seen.reduce((sum, one) => sum + one.cpu, 0);
    const memory = seen.reduce((sum, one) => sum + one.memory, 0);
    return { cpu: Math.max(0, Math.round(cpu * 10) / 10), memory: Math.max(0, Math.round(memory)) };
  };
}
