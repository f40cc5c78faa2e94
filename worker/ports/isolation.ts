import type { BotId, BotIsolation, BotLimits } from "#contracts/bot";
import type { IsolationReport } from "#contracts/host";
import type { BotFolders } from "./runtimes";

/** How one run is kept apart from the rest of the machine. */
export type Confinement = BotIsolation & {
  /**
   * Command line that the run's own is appended to: `bwrap … -- setpriv … --` and the like; empty for level none. With kill means
   * `namespace`, what it starts is number 1 in a space of process numbers of its own, and ends everything in it by ending.
   */
  wrap: readonly string[];
  /** Folders of the run's control groups, made already: its first process enters each before it becomes the bot. */
  groups: readonly string[];
  /** For `ulimit`: files one process may hold open (0: leave), and the size a single file may reach, bytes (0: leave). */
  openFiles: number;
  fileBytes: number;
};

/** What is to be confined: a run of a bot, or the installing of its dependencies (which is other people's code as well). */
export type Confining = {
  botId: BotId;
  run: number;
  folders: BotFolders;
  limits: BotLimits;
  /** Folders outside the bot's own that it must read to run at all (its interpreter). */
  reads: readonly string[];
};

export interface Isolation {
  /** What this machine can do, probed once. */
  readonly report: IsolationReport;
  /** What a bot's next run would get. A folder on the server that belongs to root cannot be given a user of its own. */
  of(botId: BotId, folders: BotFolders): BotIsolation;
  /** Makes ready what a run needs (user, ownership of its files, groups) and describes it. Idempotent. AppError disk_unwritable. */
  confine(request: Confining): Promise<Confinement>;
  /** The groups of a run, whether they exist or not: also those of a run that an earlier worker made. */
  groupsOf(botId: BotId, run: number): readonly string[];
  /** What the kernel had to do in them: undefined when nothing, or when it does not tell. */
  limitHit(botId: BotId, run: number): "memory" | "processes" | undefined;
  /** Removes the groups of a run whose processes are gone; what is still in use is left for the next time. */
  release(botId: BotId, run: number): void;
}
