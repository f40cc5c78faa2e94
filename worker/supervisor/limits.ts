import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { BotLimits, RuntimeName } from "#contracts/bot";

/** An install is given at least this much memory, MB, whatever the bot may use: npm needs more than most bots. */
const INSTALL_MB = 1_024;
/** The part of a memory limit that Node's heap gets: the rest is for code, stacks and buffers, which lie outside of it. */
const HEAP_SHARE = 0.75;
const HEAP_OPTION = "--max-old-space-size";

/** The limits that installing a bot's dependencies runs under. */
export const installLimits = (limits: BotLimits): BotLimits => ({
  ...limits,
  memoryMb: limits.memoryMb === 0 ? 0 : Math.max(limits.memoryMb, INSTALL_MB),
});

/**
 * The variables by which a runtime keeps within a memory limit by itself, so that it can say in its own words that memory ran out.
 * An own setting of the bot's wins.
 */
export function heapWithin(
  runtime: RuntimeName,
  limits: BotLimits,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const given = own.NODE_OPTIONS ?? "";
  if (runtime !== "node" || limits.memoryMb === 0 || given.includes(HEAP_OPTION)) return {};
  return { NODE_OPTIONS: `${given} ${HEAP_OPTION}=${Math.max(1, Math.floor(limits.memoryMb * HEAP_SHARE))}`.trim() };
}

/** The files that one process may hold open where the bot has no limit of its own: what it inherits from us. */
export function systemOpenFiles(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** How many bots may boot at the same time however busy the machine is. */
export const startsAtOnce = (): number => Math.max(4, cpus().length * 4);

/**
 * Makes the question whether the machine has cores to spare: whether no more programs want to run at this moment than there are cores,
 * ourselves included. Where the kernel does not say, it has none.
 */
export function createSpare(cores = cpus().length): () => boolean {
  return () => {
    try {
      const running = /^\S+ \S+ \S+ (\d+)\//.exec(readFileSync("/proc/loadavg", "latin1"))?.[1];
      return running !== undefined && Number(running) <= cores;
    } catch {
      return false;
    }
  };
}
