import { Option, type Command as Program } from "commander";
import type { OnConflict } from "#contracts/files";

export type ConflictOptions = { overwrite?: boolean; keepBoth?: boolean; skip?: boolean };

/** What is to be done with names that are taken, as the options say it. */
export const conflictOf = ({ overwrite, keepBoth, skip }: ConflictOptions): OnConflict =>
  overwrite ? "overwrite" : keepBoth ? "keepBoth" : skip ? "skip" : "refuse";

/** The options that say it. */
export function withConflict(command: Program): Program {
  return command
    .addOption(new Option("--overwrite", "what is there already").conflicts(["keepBoth", "skip"]))
    .addOption(new Option("--keep-both", "under another name when one is taken").conflicts(["overwrite", "skip"]))
    .addOption(new Option("--skip", "what is there already").conflicts(["overwrite", "keepBoth"]));
}
