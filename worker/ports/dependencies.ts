import type { BotId } from "#contracts/bot";
import type { DependencyLog, DependencyView, DependencyWork, PackageRequest } from "#contracts/dependencies";
import type { Closer } from "./closer";

/** What bots need and what is installed of it. Refusals: AppError dependency_*, not_found, manifest_unreadable, runtime_unavailable. */
export interface Dependencies {
  /** Reads files and runs nothing; for somebody for whom paths of these patterns do not exist. */
  list(botId: BotId, hidden?: readonly string[]): Promise<DependencyView>;
  log(botId: BotId, from: number): Promise<DependencyLog>;
  /** Asks the package manager; settles once it is under way, as the changes do. */
  check(botId: BotId): Promise<DependencyWork>;
  /** `start`: the bot is started when it is done. `author` is remembered with a manifest that is written over. */
  install(botId: BotId, request: PackageRequest, how: { start: boolean; author: string }): Promise<DependencyWork>;
  remove(botId: BotId, name: string, author: string): Promise<DependencyWork>;
  cancel(botId: BotId): Promise<DependencyWork>;
  /** Ends what an earlier worker left half done, and says so. */
  boot(): Promise<void>;
  close: Closer;
}
