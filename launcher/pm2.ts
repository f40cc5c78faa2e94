import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { HomePaths } from "#contracts/home";
import { alive, busy, send, until } from "./alive";
import { bareEnv } from "./bare-env";
import type { Settings } from "./env";
import { Refusal } from "./refusal";

/*
 * PM2 of one home, through its command line: requiring it would make ~/.pm2 and tie its life to ours. Its daemon keeps web
 * and worker up, and outlives a launcher that is killed.
 */

const LOG_BYTES = 5_000_000;
/** PM2's command line answers within this time of idleness, or never: it waits 30 s at most for each program to say that it is ready. */
const ANSWER_MS = 75_000;
/** A program is to be seen within this time of idleness, ms. */
const WORKS_MS = 20_000;
const LOOK_MS = 500;

/** Starts web and worker anew and waits until each says it is ready. Refusal programs_failed. */
export async function startPrograms(settings: Settings, paths: HomePaths): Promise<void> {
  for (const name of ["web", "worker", "pm2"]) keepShort(join(paths.logs, `${name}.log`));
  const { code, said } = await pm2(settings, paths, ["start", join(settings.root, "ecosystem.config.js")]);
  if (code === 0) return;
  const detail = said.split("\n").find((line) => /error/i.test(line)) ?? `it ended with ${code}`;
  throw new Refusal("programs_failed", {
    what: "web and worker",
    detail: detail.trim(),
    log: join(paths.logs, "pm2.log"),
  });
}

/** Stops web and worker and ends PM2; false when none ran. Bots go on. */
export async function stopPrograms(settings: Settings, paths: HomePaths): Promise<boolean> {
  const daemon = daemonOf(paths);
  if (!daemon) return false;
  await pm2(settings, paths, ["kill"]);
  if (!(await until(() => !alive(daemon), 5_000))) killPrograms(paths);
  return true;
}

/** Ends PM2, web and worker at once, for who cannot wait. */
export function killPrograms(paths: HomePaths): void {
  const daemon = daemonOf(paths);
  // First, or it would start the others again.
  if (daemon) send(daemon, "SIGKILL");
  for (const pid of programPids(paths)) send(pid, "SIGKILL");
  asking?.kill("SIGKILL");
}

// PM2's command line at work: it would wait for the daemon for a while.
let asking: ChildProcess | undefined;

// By what PM2 puts into their environment, where that can be read: on a full disk it wrote no pid files.
function programPids(paths: HomePaths): number[] {
  try {
    const folder = join(paths.pm2, "pids");
    const pids =
      process.platform === "linux"
        ? everyPid().filter(isProgram)
        : readdirSync(folder).map((file) => Number(readFileSync(join(folder, file), "utf8")));
    return pids.filter((pid) => pid > 1 && isOurs(pid, paths));
  } catch {
    return [];
  }
}

function isProgram(pid: number): boolean {
  try {
    return /(^|\0)name=botyard-(web|worker)\0/.test(readFileSync(`/proc/${pid}/environ`, "utf8"));
  } catch {
    return false;
  }
}

/** The pid of a home's PM2 daemon, if it lives. */
export function daemonOf(paths: HomePaths): number | undefined {
  try {
    const pid = Number(readFileSync(join(paths.pm2, "pm2.pid"), "utf8"));
    if (pid > 1 && alive(pid) && isOurs(pid, paths)) return pid;
  } catch {
    // Never written, or not on a full disk.
  }
  return process.platform === "linux" ? everyPid().find((pid) => isDaemon(pid, paths) && alive(pid)) : undefined;
}

// By the title it gives itself.
function isDaemon(pid: number, paths: HomePaths): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`God Daemon (${paths.pm2})`);
  } catch {
    return false;
  }
}

const everyPid = (): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 1);

// A pid file outlives a reboot; what has this home in its environment was started by us.
function isOurs(pid: number, paths: HomePaths): boolean {
  if (process.platform !== "linux") return true;
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`PM2_HOME=${paths.pm2}`);
  } catch {
    return false;
  }
}

async function pm2(
  settings: Settings,
  paths: HomePaths,
  args: string[],
): Promise<{ code: number | null; said: string }> {
  const program = join(settings.root, "node_modules/pm2/bin/pm2");
  const child = spawn(process.execPath, [program, ...args, "--no-color"], {
    cwd: settings.root,
    env: programEnv(settings, paths),
    // A group of its own, so that Ctrl-C reaches us alone and we stop things in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  asking = child;
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said = (said + chunk).slice(-8_000);
    });
  // Its daemon may be killed while it waits for an answer, which then never comes; on a full disk it comes up and does nothing.
  const isStart = args[0] === "start";
  // On a busy machine all of them wait for their turn, for minutes if it must be: no time counts in which one of them has something to do.
  let idle = 0;
  let daemon: number | undefined;
  let works = false;
  const looking = setInterval(() => {
    const now = daemonOf(paths);
    const programs = isStart ? programPids(paths) : [];
    if (![child.pid, now, ...programs].some((pid) => pid !== undefined && busy(pid))) idle += LOOK_MS;
    works ||= programs.length > 0;
    const isLost = daemon !== undefined && now !== daemon;
    const isStuck = isStart && (isLost || (idle > WORKS_MS && !works));
    if (isStuck || idle > ANSWER_MS) child.kill("SIGKILL");
    daemon ??= now;
  }, LOOK_MS);
  try {
    // Not "close": the daemon it leaves behind may hold the pipes.
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("exit", resolve).once("error", reject),
    );
    return { code, said };
  } finally {
    clearInterval(looking);
    asking = undefined;
  }
}

/** The environment of web, worker and PM2: what ecosystem.config.js reads. */
export function programEnv(settings: Settings, paths: HomePaths): NodeJS.ProcessEnv {
  return bareEnv({
    ...settings.passedOn,
    BOTYARD_HOME: settings.home,
    BOTYARD_HOST: settings.host,
    BOTYARD_GATEWAY_PORT: String(settings.gatewayPort),
    PORT: String(settings.port),
    DATABASE_URL: settings.databaseUrl,
    PM2_HOME: paths.pm2,
    PM2_LOG_FILE_PATH: join(paths.logs, "pm2.log"),
    PM2_DISABLE_VERSION_CHECK: "true",
    PM2_DISCRETE_MODE: "true",
  });
}

// One older file is kept: enough to look back, and it cannot grow for ever.
function keepShort(file: string): void {
  try {
    if (statSync(file).size > LOG_BYTES) renameSync(file, `${file}.1`);
  } catch {}
}
