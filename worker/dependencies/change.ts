import type { BotLimits, RuntimeName } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Confinement, Driver, Files, Installer, PackageChange, PackageChanges, Repacking } from "../ports/index";
import { tellingLine } from "../supervisor/prepare";
import type { Sizes } from "../supervisor/sizes";
import type { Judged } from "./judge";
import { listDependencies } from "./list";
import { addRequirement, dropRequirement, type Undo } from "./manifest";
import { isUnreachable } from "./report";
import { logOf } from "./state";

export type ChangePorts = {
  drivers: Readonly<Record<RuntimeName, Pick<Driver, "prepare">>>;
  changes: Readonly<Record<RuntimeName, PackageChanges>>;
  installer: Installer;
  files: Files;
  sizes: Sizes;
};

export type Changing = {
  kind: PackageChange["kind"];
  judged: Judged;
  /** Who is named in the history of the manifest. */
  author: string;
  signal: AbortSignal;
  /** How what is run is kept apart, until `work` is done. */
  confined<T>(bot: Repacking, reads: readonly string[], work: (confinement: Confinement) => Promise<T>): Promise<T>;
  mask: (text: string) => string;
};

/** How often the size of a bot's folder is looked at while something is installed into it, ms. */
const LOOK_MS = 5_000;

/** What is installed afterwards (the hash of a plan, null: nobody knows), and why it did not go as it was meant to. */
export type Changed = { installed: string | null; failure?: unknown };

/** Takes one package in or out with the bot's own package manager. The bot's packages are ours meanwhile. */
export async function changePackages(ports: ChangePorts, bot: Repacking, work: Changing): Promise<Changed> {
  const { definition, folders } = bot;
  const { id: botId, runtime } = definition;
  const { diskMb } = definition.settings.limits;
  const before = bot.installed ?? null;
  const hash = async () => (await ports.drivers[runtime].prepare(folders))?.hash ?? null;
  const used = async () => (diskMb > 0 ? await ports.sizes.used(folders) : null);
  let addition: Undo | undefined;
  // Somebody who changed it meanwhile has the last word.
  const undo = () => addition?.().catch(() => {});
  let touched = false;
  try {
    assertRoom(await used(), diskMb);
    const wasWhole = before !== null && (await hash()) === before;
    if (runtime === "python" && work.kind === "install") {
      const now = await listDependencies(folders, definition);
      addition = await addRequirement(ports.files, botId, work.judged, now, work.author);
    }
    const plan = await ports.changes[runtime].change(folders, { ...work.judged, kind: work.kind });
    const watch = watchSize(used, diskMb);
    const outcome = await work
      .confined(bot, plan.reads, (confinement) => {
        touched = true;
        const signal = AbortSignal.any([work.signal, watch.signal]);
        return ports.installer.run(botId, { steps: plan.steps }, { logFile: logOf(folders), signal, confinement });
      })
      .finally(watch.close);
    if (!outcome.ok) {
      await undo();
      // A package manager that ended by itself has put back what it began; one that was killed has not.
      const installed = outcome.cancelled ? null : before;
      if (watch.signal.aborted) return { installed, failure: watch.signal.reason };
      return { installed, failure: failureOf(plan.tool, outcome, work.mask) };
    }
    if (runtime === "python" && work.kind === "remove") {
      await dropRequirement(ports.files, botId, work.judged, await listDependencies(folders, definition), work.author);
    }
    const installed = plan.whole || wasWhole ? await hash() : null;
    assertRoom(await used(), diskMb);
    return { installed };
  } catch (failure) {
    if (!touched) await undo();
    return { installed: touched ? null : before, failure };
  }
}

function assertRoom(used: number | null, diskMb: BotLimits["diskMb"]): void {
  if (used !== null && used > diskMb) throw overQuota(used, diskMb);
}

const overQuota = (used: number, diskMb: number) =>
  new AppError("files_over_quota", { size: `${used} MB`, limit: `${diskMb} MB` });

/** Calls off what takes more than the bot may have; its reason is the refusal. */
function watchSize(used: () => Promise<number | null>, diskMb: number): { signal: AbortSignal; close(): void } {
  const over = new AbortController();
  if (diskMb === 0) return { signal: over.signal, close() {} };
  const timer = setInterval(async () => {
    const now = await used();
    if (now !== null && now > diskMb) over.abort(overQuota(now, diskMb));
  }, LOOK_MS);
  return { signal: over.signal, close: () => clearInterval(timer) };
}

function failureOf(
  tool: string,
  { cancelled, lastLines }: { cancelled: boolean; lastLines: readonly string[] },
  mask: (text: string) => string,
): AppError {
  if (cancelled) return new AppError("dependency_cancelled");
  const lines = lastLines.map(mask);
  const last = tellingLine(lines) || tool;
  const silent = lines.findLast(isUnreachable);
  return silent === undefined
    ? new AppError("dependency_failed", { tool, last })
    : new AppError("registry_unreachable", { detail: silent.trim().slice(0, 200) });
}
