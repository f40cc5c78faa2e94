import type { RuntimeName } from "#contracts/bot";
import type { InstallPlan } from "./install";
import type { LaunchSpec } from "./process";

export type BotFolders = {
  /** bots/<id> */
  root: string;
  /** Where the code lies: bots/<id>/files, or the folder on the server. */
  files: string;
  /** bots/<id>/venv */
  venv: string;
  /** bots/<id>/runs */
  runs: string;
};

/** A runtime driver describes; the supervisor does. */
export interface Driver {
  readonly name: RuntimeName;
  /** The version on this machine, or null when it is not installed. */
  probe(): Promise<string | null>;
  /** Whether a file name can be an entry of this runtime. */
  fits(entry: string): boolean;
  /** How to install its dependencies; null when there is nothing to install. AppError manifest_unreadable for a broken manifest. */
  prepare(folders: BotFolders): Promise<InstallPlan | null>;
  /** Program, arguments and extra environment (PATH …) for the entry file. AppError runtime_unavailable. */
  launch(folders: BotFolders, entry: string, args: readonly string[]): Promise<Launch>;
}

/** How a driver runs an entry: `reads` are the folders of its interpreter, for a bot that sees nothing else. */
export type Launch = Pick<LaunchSpec, "argv" | "env"> & { reads: readonly string[] };
