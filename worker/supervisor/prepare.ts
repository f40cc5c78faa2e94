import { stat } from "node:fs/promises";
import type { BotDefinition, InstallStatus, IsolationLevel, RuntimeName } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Reason } from "#contracts/reason";
import type { BotFolders, Driver, Installer, Isolation, LaunchSpec, Logs, Made } from "../ports/index";
import type { Clock } from "./clock";
import { buildEnvironment, environmentName, ownValues, panelValues, tokenName } from "./environment";
import { heapWithin, installLimits } from "./limits";
import { reasonOf } from "./reasons";
import type { Shelf } from "./shelf";
import type { Sizes } from "./sizes";
import type { Turns } from "./turns";
import type { Unseal } from "./unseal";

export type PreparePorts = {
  drivers: Readonly<Record<RuntimeName, Driver>>;
  isolation: Isolation;
  installer: Installer;
  /** Few installs at a time: each takes a core and much memory. */
  installs: Turns;
  unseal: Unseal;
  /** Where bots on this machine reach the web. */
  panelUrl: string;
  logs: Pick<Logs, "mask">;
  sizes: Sizes;
  clock: Clock;
};

type Preparing = {
  definition: BotDefinition;
  shelf: Shelf;
  signal: AbortSignal;
  byPerson: boolean;
  /** Makes or names the run's folder; asked only when something must lie in it. */
  run(): Promise<number>;
  /** Where what is installed and built writes its output; without, to the run's install.log. */
  logFile?: string;
  /** Told before an install, and after. */
  installing(status: InstallStatus): Promise<void>;
};

/** Ready to be launched, not startable, or called off. */
export type Prepared =
  | ({ kind: "ready"; cwd: string; token: string | undefined; environment: string } & Pick<
      LaunchSpec,
      "argv" | "env"
    > & {
        reads: readonly string[];
      })
  | { kind: "park"; reason: Reason }
  | { kind: "cancelled" };

/** Does everything between the wish and the launch: looks for what is missing, installs dependencies, builds the environment. */
export async function prepare(ports: PreparePorts, work: Preparing): Promise<Prepared> {
  const { definition, shelf } = work;
  const folders = shelf.folders(definition);
  try {
    assertTrusted(definition, ports.isolation.of(definition.id, folders).level);
    if (!(await isFile(`${folders.files}/${definition.entry}`))) {
      return park({ code: "entry_missing", values: { entry: definition.entry } });
    }
    let own: Record<string, string>;
    try {
      own = { ...ownValues(definition, ports.unseal), ...panelValues(definition, ports.panelUrl, ports.unseal) };
    } catch {
      // The error of a failed decryption says nothing more, and must not lead to a value being shown.
      return park({ code: "spawn_failed", values: { detail: "its secrets cannot be opened with this panel's key" } });
    }
    const token = tokenName(own);
    if (token === undefined && !definition.tokenOptional) return park({ code: "token_missing", values: {} });

    const driver = ports.drivers[definition.runtime];
    if ((await driver.probe()) === null)
      return park({ code: "program_missing", values: { program: definition.runtime } });
    const { limits } = definition.settings;
    const used = limits.diskMb > 0 ? await ports.sizes.used(folders) : null;
    if (used !== null && used > limits.diskMb) {
      return park({ code: "disk_limit", values: { used, limit: limits.diskMb } });
    }
    const refused = await install(ports, work, driver, folders);
    if (refused) return refused;
    if (await shelf.rebuildDue()) {
      const rebuilt = await build(ports, work);
      if (!rebuilt.ok && rebuilt.cancelled) return { kind: "cancelled" };
      // What was built before may do as well: whether it runs will show.
      await shelf.putRebuild(false);
    }
    const launch = await driver.launch(folders, definition.entry, definition.settings.args);
    const { argv, reads } = launch;
    const env = { ...buildEnvironment(launch.env, own), ...heapWithin(definition.runtime, limits, own) };
    const environment = environmentName(definition);
    return { kind: "ready", argv, reads, env, cwd: folders.files, token, environment };
  } catch (error) {
    return work.signal.aborted ? { kind: "cancelled" } : park(reasonOf(error, definition));
  }
}

/** Installs dependencies unless they are as they must be. Undefined: they are. */
export async function install(
  ports: PreparePorts,
  work: Preparing,
  driver: Driver,
  folders: BotFolders,
): Promise<Prepared | undefined> {
  const { definition, shelf, signal } = work;
  const now = () => ports.clock.now();
  if (!definition.settings.install) {
    await work.installing({ state: "skipped", at: now(), why: "off" });
    return undefined;
  }
  const plan = await driver.prepare(folders);
  const before = await shelf.installed();
  if (!plan || (plan.hash === before?.hash && plan.present)) {
    await work.installing({ state: "skipped", at: now(), why: plan ? "unchanged" : "nothing" });
    return undefined;
  }
  const turn = await ports.installs.take({ first: work.byPerson, signal });
  if (!turn) return { kind: "cancelled" };
  let release = () => {};
  try {
    const run = await work.run();
    release = () => ports.isolation.release(definition.id, run);
    const logFile = work.logFile ?? shelf.logFile(run, "install.log");
    // What it downloads and runs is other people's code as much as the bot is.
    const confinement = await ports.isolation.confine({
      botId: definition.id,
      run,
      folders,
      limits: installLimits(definition.settings.limits),
      reads: plan.reads ?? [],
    });
    await shelf.forgetInstalled();
    await work.installing({ state: "running", since: now(), tool: plan.tool });
    const outcome = await ports.installer.run(definition.id, plan, { logFile, signal, confinement });
    if (outcome.ok) {
      await shelf.putInstalled({ hash: plan.hash, tool: plan.tool, at: now(), ms: Math.round(outcome.ms) });
      await work.installing({ state: "done", at: now(), tool: plan.tool, ms: Math.round(outcome.ms) });
      return undefined;
    }
    const lastLines = outcome.lastLines.slice(-20).map((line) => ports.logs.mask(definition.id, line));
    const cancelled = outcome.cancelled || signal.aborted;
    await work.installing({ state: "failed", at: now(), tool: plan.tool, lastLines: [...lastLines], cancelled });
    if (cancelled) return { kind: "cancelled" };
    return park({ code: "install_failed", values: { last: tellingLine(lastLines) || plan.tool } });
  } catch (error) {
    // A disk that refuses, a program that is not there: the install is over either way, and must be seen as over.
    const lastLines = [error instanceof Error ? error.message : String(error)];
    await work.installing({ state: "failed", at: now(), tool: plan.tool, lastLines, cancelled: signal.aborted });
    throw error;
  } finally {
    release();
    turn.back();
  }
}

/**
 * Runs the bot's build command in its folder, confined as the bot is. Of its variables it gets those that are no secrets: what it runs are
 * other people's tools, which write what they see into what they make.
 */
export async function build(
  ports: PreparePorts,
  { definition, shelf, signal, run, logFile }: Pick<Preparing, "definition" | "shelf" | "signal" | "run" | "logFile">,
): Promise<Made> {
  const [program, ...args] = definition.deploy?.settings.build ?? [];
  if (program === undefined) return { ok: true };
  const folders = shelf.folders(definition);
  const number = await run();
  try {
    const driver = ports.drivers[definition.runtime];
    const { env, reads } = await driver.launch(folders, definition.entry, []);
    const limits = installLimits(definition.settings.limits);
    const confinement = await ports.isolation.confine({ botId: definition.id, run: number, folders, limits, reads });
    assertTrusted(definition, confinement.level);
    const plain = ownValues({ ...definition, env: definition.env.filter(({ secret }) => !secret) }, ports.unseal);
    const step = { argv: [program, ...args] as const, cwd: folders.files, env: buildEnvironment(env, plain) };
    const outcome = await ports.installer.run(
      definition.id,
      { steps: [step] },
      { logFile: logFile ?? shelf.logFile(number, "install.log"), signal, confinement },
    );
    if (outcome.ok) return { ok: true };
    const last = ports.logs.mask(definition.id, tellingLine(outcome.lastLines) || program);
    return { ok: false, cancelled: outcome.cancelled, last };
  } finally {
    ports.isolation.release(definition.id, number);
  }
}

// What npm and the installer add after the error itself: true of every failure, so it tells nothing of this one.
const boilerplate =
  /A complete log of this run can be found|ended with code \d+\.$|^npm (error|ERR!) (code |404 (Note that|tarball)|404$|notarget (In most|a package))/;

/** The line of an install's last ones that says most: the last that speaks of an error, else the last of all. */
export function tellingLine(lines: readonly string[]): string {
  const own = lines.map((line) => line.trim()).filter((line) => line !== "" && !boilerplate.test(line));
  const telling = own.findLast((line) => /\b(error|err!|failed|cannot|not found)\b/i.test(line)) ?? own.at(-1) ?? "";
  return telling.replace(/^npm (error|ERR!)\s*(notarget\s*)?/, "").slice(0, 300);
}

const park = (reason: Reason): Prepared => ({ kind: "park", reason });

/**
 * Refuses a bot what only an admin may let it have: to run where nothing keeps it apart, and a folder of this server, which may be anybody's.
 * AppError isolation_missing, folder_untrusted.
 */
export function assertTrusted({ trusted, source }: BotDefinition, level?: IsolationLevel): void {
  if (trusted) return;
  if (source.kind === "folder") throw new AppError("folder_untrusted");
  if (level === "none") throw new AppError("isolation_missing");
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
