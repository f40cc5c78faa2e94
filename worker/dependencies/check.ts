import type { BotId } from "#contracts/bot";
import type { DependencyReport, PackageManager } from "#contracts/dependencies";
import { AppError } from "#contracts/errors";
import type { Confinement, Installer, PackageQuestion } from "../ports/index";
import { tellingLine } from "../supervisor/prepare";
import { isUnreachable, readOutdated, readVulnerable } from "./report";

type Asking = {
  botId: BotId;
  manager: PackageManager;
  questions: readonly PackageQuestion[];
  installer: Pick<Installer, "ask">;
  options: { signal: AbortSignal; confinement: Confinement };
  mask: (text: string) => string;
};

/** Asks a package manager one question after the other. What it does not say is told, and is no failure. AppError dependency_cancelled. */
export async function askManager(asking: Asking): Promise<DependencyReport> {
  const { botId, manager, questions, installer, options, mask } = asking;
  const report: DependencyReport = { at: Date.now(), outdated: null, vulnerable: null, troubles: [] };
  for (const question of questions) {
    const { about } = question;
    if ("why" in question) {
      report.troubles.push({ about, why: question.why, detail: manager });
      continue;
    }
    const answer = await installer.ask(botId, question.step, options);
    if (options.signal.aborted) throw new AppError("dependency_cancelled");
    if (about === "outdated") report.outdated = readOutdated(manager, answer);
    else report.vulnerable = readVulnerable(manager, answer);
    if (report[about] !== null) continue;
    const lines = `${answer.out}\n${answer.err}`.split("\n");
    const silent = lines.find(isUnreachable);
    const detail = mask(silent ?? tellingLine(answer.err.split("\n"))).trim();
    report.troubles.push({ about, why: silent === undefined ? "failed" : "unreachable", detail: detail.slice(0, 300) });
  }
  return report;
}
