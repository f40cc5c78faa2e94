import { isDeepStrictEqual } from "node:util";
import type { DependencyReport, DependencyView, DependencyWork } from "#contracts/dependencies";
import { createSight } from "../files/sight";
import type { BotFolders } from "../ports/index";
import { type Listing, listDependencies } from "./list";

/**
 * A bot's dependencies as somebody sees them from whom paths are hidden: what they may not read asks for nothing, however another file takes
 * it in. What the package manager said of packages that they see nothing of is left out.
 */
export async function dependenciesSeen(
  folders: BotFolders,
  definition: Parameters<typeof listDependencies>[1],
  { report, work }: Pick<DependencyView, "report" | "work">,
  hidden: readonly string[],
): Promise<DependencyView> {
  const all = await listDependencies(folders, definition);
  const sight = createSight(hidden);
  if (!sight) return { ...all, report, work };
  const seen = await listDependencies(folders, definition, sight);
  return isDeepStrictEqual(seen, all)
    ? { ...all, report, work }
    : { ...seen, report: report && reportSeen(report, seen), work: workSeen(work, seen) };
}

function reportSeen({ at, outdated, vulnerable, troubles }: DependencyReport, seen: Listing): DependencyReport {
  const names = new Set([...seen.dependencies, ...seen.others].map(({ name }) => name));
  const those = <Row extends { name: string }>(rows: Row[] | null) =>
    rows?.filter(({ name }) => names.has(name)) ?? null;
  return {
    at,
    outdated: those(outdated),
    vulnerable: those(vulnerable),
    troubles: troubles.map((trouble) => ({ ...trouble, detail: "" })),
  };
}

/** A failure may name the manifest that could not be changed. */
function workSeen(work: DependencyWork, { files, broken }: Listing): DependencyWork {
  if (work.state !== "failed" || typeof work.values.file !== "string") return work;
  const isSeen = [...files, ...broken.map(({ file }) => file)].includes(work.values.file);
  return isSeen ? work : { ...work, values: { ...work.values, file: "…" } };
}
