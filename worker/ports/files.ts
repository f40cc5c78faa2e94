import type { BotId } from "#contracts/bot";
import type { FileFind, FileHits, FileNames, FileSearch, TokenLines, TokenSearch } from "#contracts/file-search";
import type {
  FileContent,
  FileMove,
  FileResult,
  FileUsage,
  FileVersion,
  FileWrite,
  FolderPage,
  FolderQuery,
  TrashEntry,
} from "#contracts/files";
import type { Closer } from "./closer";

/**
 * The files of a bot, for whoever may see them. Paths are a client's: every one goes through the jail. A refusal is an AppError:
 * path_unsafe, file_missing, file_not_folder, file_special, file_exists, file_changed, files_over_quota, disk_unwritable.
 */
/** What may be done with the files of bots. */
export interface FileActions {
  list(botId: BotId, query: FolderQuery): Promise<FolderPage>;
  read(botId: BotId, path: string): Promise<FileContent>;
  /** What is written over is kept in the history under the author's name. */
  write(botId: BotId, write: FileWrite, author: string, redact?: readonly string[]): Promise<FileContent>;
  makeFolder(botId: BotId, path: string): Promise<void>;
  move(botId: BotId, move: FileMove): Promise<FileResult[]>;
  /** Into the trash. */
  remove(botId: BotId, paths: readonly string[]): Promise<FileResult[]>;
  setMode(botId: BotId, path: string, mode: number): Promise<void>;
  usage(botId: BotId): Promise<FileUsage>;
  trash(botId: BotId): Promise<TrashEntry[]>;
  restore(botId: BotId, trashId: string): Promise<string>;
  purge(botId: BotId): Promise<void>;
  history(botId: BotId, path: string): Promise<FileVersion[]>;
  version(botId: BotId, path: string, versionId: string): Promise<string>;
}

export interface Files extends FileActions {
  /** The same for somebody for whom paths of these patterns do not exist: AppError file_missing, file_holds_hidden. */
  hiding(hidden: readonly string[]): FileActions;
  close: Closer;
}

/**
 * Looking through the files of a bot, in a thread of its own. Each answers within about half a second with what was found so far.
 * AppError path_unsafe, file_missing, file_not_folder for the folder to look in; too_many_tries, search_too_slow.
 */
export interface FileSearches {
  /** AppError bad_input for a pattern that is none. */
  search(botId: BotId, search: FileSearch, hidden: readonly string[], gone?: AbortSignal): Promise<FileHits>;
  find(botId: BotId, search: FileFind, hidden: readonly string[], gone?: AbortSignal): Promise<FileNames>;
  tokens(botId: BotId, search: TokenSearch, hidden: readonly string[], gone?: AbortSignal): Promise<TokenLines>;
  close: Closer;
}
