import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { type DependencyReport, type DependencyWork, dependencyReport, dependencyWork } from "#contracts/dependencies";
import type { BotFolders } from "../ports/index";
import { writeAtomic } from "../supervisor/atomic";

const kept = z.object({ work: dependencyWork, report: dependencyReport.nullable() });

/** What is remembered of one bot: the last work and the last report. Cancelled by `stop`. */
export type State = {
  work: DependencyWork;
  report: DependencyReport | null;
  stop: AbortController;
};

const fileOf = ({ root }: BotFolders) => `${root}/dependencies.json`;
/** What the last work printed. */
export const logOf = ({ root }: BotFolders): string => `${root}/dependencies.log`;

/** Reads what an earlier worker remembered; nothing, when it cannot be read. */
export async function readState(folders: BotFolders): Promise<State> {
  const text = await readFile(fileOf(folders), "utf8").catch(() => "{}");
  const read = kept.safeParse(parse(text));
  return { ...(read.success ? read.data : { work: { state: "none" }, report: null }), stop: new AbortController() };
}

export async function keepState(folders: BotFolders, { work, report }: State): Promise<void> {
  await writeAtomic(fileOf(folders), `${JSON.stringify({ work, report })}\n`, "worker");
}

/** A new piece of work begins with an empty log. */
export const clearLog = (folders: BotFolders): Promise<void> => rm(logOf(folders), { force: true });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
