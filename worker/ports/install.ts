import type { BotId } from "#contracts/bot";
import type { Confinement } from "./isolation";
import type { Step } from "./packages";

/** Steps that install a bot's dependencies; run in order, each without a shell. */
export type InstallPlan = {
  /** For people: "npm ci", "pip". */
  tool: string;
  /** Hash of what decides the outcome (lockfile, manifest, runtime version): unchanged means skip. */
  hash: string;
  /** False: what it would install is not there at all, so that an unchanged hash is no reason to skip. */
  present?: boolean;
  /** Folders outside the bot's own that its steps must read. */
  reads?: readonly string[];
  steps: readonly { argv: readonly [string, ...string[]]; cwd: string; env: Readonly<Record<string, string>> }[];
};

export type InstallOutcome = { ok: true; ms: number } | { ok: false; cancelled: boolean; lastLines: readonly string[] };

export interface Installer {
  /** Runs the plan, its output appended to `logFile`; aborting kills the whole tree of it. */
  run(
    botId: BotId,
    plan: Pick<InstallPlan, "steps">,
    options: { logFile: string; signal: AbortSignal; confinement?: Confinement },
  ): Promise<InstallOutcome>;
  /** Runs one step for what it prints, in the same way; `code` is null when it was ended or not started. */
  ask(
    botId: BotId,
    step: Step,
    options: { signal: AbortSignal; confinement?: Confinement },
  ): Promise<{ code: number | null; out: string; err: string }>;
  /** Ends what an install of a bot left behind that nobody waits for any more. */
  sweep(botId: BotId): Promise<void>;
}
