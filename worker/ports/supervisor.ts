import type { BotDefinition, BotId, BotLimits, BotLive, BotRun, BotSample, LogPolicy } from "#contracts/bot";
import type { Command } from "#contracts/process";
import type { Closer } from "./closer";
import type { LiveRun } from "./process";
import type { BotFolders } from "./runtimes";

/** The secret values of a bot's variables in the clear, as of a revision of its definition. */
export type Secrets = { revision: number; values: () => readonly string[] };

/** The present of a bot without its samples, which the monitor holds. */
export type Supervised = Omit<BotLive, "samples">;

/** A bot whose packages are being changed; `installed` is the hash of the plan that was last carried out. */
export type Repacking = { definition: BotDefinition; folders: BotFolders; installed: string | undefined };
/** A bot that has been ended, for as long as something is done to its files. */
export type Resting = {
  /** Whether it was alive until now. */
  ran: boolean;
  /** Installs what its files ask for now, if that changed; output goes to `logFile`. */
  install(options: { logFile: string; signal: AbortSignal }): Promise<Made>;
  /** Runs the build command of its definition, if there is one. */
  build(options: { logFile: string; signal: AbortSignal }): Promise<Made>;
  /** Has it built again before its next start, or not. */
  rebuild(due: boolean): Promise<void>;
};

/** How installing or building went; `last` is the line that tells most. */
export type Made = { ok: true } | { ok: false; cancelled: boolean; last: string };

export interface Supervisor {
  /** Adopts, finishes and starts what the disk says; resolves when every bot is known. */
  boot(): Promise<void>;
  /** Stores a definition (with `filesFrom`, moves that folder in first). AppError disk_unwritable. */
  put(definition: BotDefinition, filesFrom?: string): Promise<Supervised>;
  remove(botId: BotId): Promise<void>;
  /**
   * AppError not_found, command_refused. Answers once the intent is on disk. A bot that asks may only start again what runs and is to run,
   * and it is counted among what starts by itself.
   */
  command(botId: BotId, command: Command, by?: "person" | "bot"): Promise<Supervised>;
  /**
   * Ends a bot and keeps it from starting while `work` has its files; then starts it, if it is wanted by then. Settles once that start is made.
   * AppError not_found, start_budget_spent: then nothing was done.
   */
  rest<T>(botId: BotId, work: (resting: Resting) => Promise<T>): Promise<T>;
  definition(botId: BotId): BotDefinition | undefined;
  cancelInstall(botId: BotId): Promise<void>;
  send(botId: BotId, text: string): Promise<void>;
  /** Settles once it is known whether there is such a bot and what became of it: at once, but while the worker comes up. */
  awake(botId: BotId): Promise<void>;
  get(botId: BotId): Supervised | undefined;
  ids(): readonly BotId[];
  /** Newest first; those before the run `before`. */
  runs(botId: BotId, limit: number, before?: number): Promise<BotRun[]>;
  /** The live run of a bot, for the monitor. */
  liveRun(botId: BotId): LiveRun | undefined;
  /** What the monitor measured: a run over a limit that the kernel does not hold is ended. */
  measured(botId: BotId, sample: BotSample): void;
  /** A bot's secret values, opened only when `values` is asked; one that cannot be opened is left out. Never to be logged. */
  secrets(botId: BotId): Secrets | undefined;
  /** Its variables in the clear, or one of them, for who may see them. Never to be logged. AppError not_found, env_sealed_elsewhere. */
  reveal(botId: BotId, key?: string): Record<string, string>;
  /** How much of its log is kept, as its definition says now. */
  logPolicy(botId: BotId): LogPolicy | undefined;
  /** Where its files lie and what they may take, as its definition says now. AppError folder_untrusted: they are shown to nobody. */
  filesOf(botId: BotId): { folders: BotFolders; limits: BotLimits } | undefined;
  definitionOf(botId: BotId): BotDefinition | undefined;
  /**
   * Does something to a bot's packages while none of its starts is being prepared, in its turn among all installs; a start waits for
   * it. `begun` is told when it is its turn. What is known to be installed is forgotten meanwhile; `work` says what is by then (null:
   * nobody knows). False: called off before its turn came. AppError not_found.
   */
  repack(botId: BotId, signal: AbortSignal, work: (bot: Repacking) => Promise<string | null>): Promise<boolean>;
  /** Every change; null when removed. */
  onChange(listener: (botId: BotId, now: Supervised | null) => void): Closer;
  /** Leaves every bot running. */
  close: Closer;
}
