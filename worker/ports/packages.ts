import type { PackageManager } from "#contracts/dependencies";
import type { InstallPlan } from "./install";
import type { BotFolders } from "./runtimes";

/** One package in or out; what may be named was judged before. */
export type PackageChange = { kind: "install" | "remove"; name: string; range: string };

export type Step = InstallPlan["steps"][number];

/** How single packages are taken in and out, and what their manager is asked about them. Describes, as a driver does. */
export interface PackageChanges {
  /** `whole`: all that the manifest asks for is there afterwards. AppError runtime_unavailable, manifest_unreadable. */
  change(
    folders: BotFolders,
    change: PackageChange,
  ): Promise<{ tool: string; whole: boolean; reads: readonly string[]; steps: readonly Step[] }>;
  /** Steps whose output answers, or why there is none. */
  questions(folders: BotFolders): Promise<{
    manager: PackageManager;
    reads: readonly string[];
    questions: readonly PackageQuestion[];
  }>;
}
export type PackageQuestion = { about: "outdated" | "vulnerable" } & ({ step: Step } | { why: "unsaid" | "lockfile" });
