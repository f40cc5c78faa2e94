import type { BotSource } from "#contracts/bot";
import type { Detection, GitBranches, ImportKeep, ImportRequest, ImportView, KeptImport } from "#contracts/import";
import type { Closer } from "./closer";

export interface Imports {
  /** `anywhere`: a folder need not be listed. `keep`: what git is let in with. */
  create(
    owner: string,
    request: ImportRequest,
    options?: { anywhere?: boolean; keep?: ImportKeep },
  ): Promise<ImportView>;
  get(owner: string, importId: string): KeptImport;
  /** Tries a failed import by git again. AppError import_not_ready for any other. */
  retry(owner: string, importId: string): Promise<ImportView>;
  branches(url: string, keep?: ImportKeep, gone?: AbortSignal): Promise<GitBranches>;
  chunk(
    owner: string,
    importId: string,
    file: number,
    offset: number,
    body: AsyncIterable<Uint8Array>,
  ): Promise<ImportView>;
  finish(owner: string, importId: string): Promise<ImportView>;
  cancel(owner: string, importId: string): Promise<void>;
  /**
   * For a new bot: the staged folder (absent for a folder source), what was found, and the host keys that were seen (by ssh); the import is
   * gone afterwards. AppError import_not_ready.
   */
  take(importId: string): { folder?: string; source: BotSource; detection: Detection; hostKeys?: string };
  close: Closer;
}
