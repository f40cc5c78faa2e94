import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { BotId, BotIsolation, BotLimits } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { homePaths } from "#contracts/home";
import type { IsolationReport } from "#contracts/host";
import type { BotFolders, Confining, Isolation } from "../ports/index";
import { openEtc } from "./etc";
import { groupName, openGroups } from "./limits";
import { give } from "./ownership";
import { type Probed, probe } from "./probe";
import { firstUsers, openUsers, ownerOf } from "./users";
import { systemView } from "./view";
import { type WayName, ways, wrapOf } from "./ways";

export { entering } from "./enter";

/*
 * How bots are kept from one another and from the panel. This room describes; what is described is carried out by worker/process and
 * worker/install.
 *
 *   probe ─ tries each way once ──▶ way ─┐
 *   users ─ a number for each bot ───────┤
 *   ownership ─ its files become its own ┼──▶ confine: a command line to put before the bot's own, and groups to enter
 *   view ─ what it sees ─────────────────┤
 *   limits ─ its control groups ─────────┘
 */

/**
 * A single file may grow to this, bytes: far above what a bot writes, so that one that runs away while no worker looks fills no disk
 * of ordinary size. A larger limit of its own for its folder counts instead.
 */
const FILE_BYTES = 8 * 1024 ** 3;

/** How old the copies of the system's files may be that a bot starts with, ms: a hundred starts at once need not look each. */
const ETC_MS = 1_000;

/** Opens what keeps bots apart, with what this machine can do. `home`: BOTYARD_HOME, which no bot may read. */
export async function openIsolation(options: {
  home: string;
  say: (line: string) => void;
  /** "off": nothing is kept apart. Limits are held all the same. */
  mode?: "auto" | "off";
}): Promise<Isolation> {
  const { home, say, mode = "auto" } = options;
  const paths = homePaths(home);
  const groups = await openGroups(home, say);
  const first = firstUsers(home);
  const etc = `${paths.worker}/etc`;
  const refreshEtc = atMostEvery(ETC_MS, openEtc(etc));
  /** What stands in the file that a bot sees as /etc/passwd. */
  const accounts = new Map<BotId, string>();
  const system = systemView(etc);
  const probed: Probed | undefined =
    mode === "off" ? undefined : await probe({ dir: `${paths.worker}/probe`, hidden: home, system, firstUsers: first });
  const way = probed && probed.way !== "none" ? probed : undefined;
  const users = openUsers({
    file: `${paths.worker}/users.json`,
    botsDir: paths.bots,
    first: way?.first ?? first[0] ?? 0,
  });
  const kill = groups.kills ? "cgroup" : "marker";
  const none: BotIsolation = { level: "none", kill };
  const amounts = (name: WayName): BotIsolation => ({
    level: ways[name].level,
    kill: ways[name].ownProcesses ? "namespace" : kill,
  });

  /** What a bot's files lead to: a way, and the number that they have already. */
  function wayOf(folders: BotFolders): { name: WayName; owner?: number } | undefined {
    if (!way) return undefined;
    const owner = isOwn(folders) ? undefined : ownerOf(folders.files);
    if (owner === undefined || way.way === "sandbox") return { name: way.way };
    if (owner !== 0) return { name: way.way, owner };
    return way.rootFolders ? { name: "root" } : undefined;
  }

  async function wrap(request: Confining, chosen: { name: WayName; owner?: number }) {
    if (!way) return [];
    const { botId, folders } = request;
    const drops = ways[chosen.name].level === "user";
    const number = drops ? (chosen.owner ?? (await users.of(botId))) : (process.getuid?.() ?? 0);
    const around = ["home", "cache", "venv"].map((name) => makeOwn(`${folders.root}/${name}`));
    if (isOwn(folders)) makeOwn(folders.files);
    // Root without capabilities is kept out of a user's folders like anybody else: what was a user's before has to come back.
    if (process.getuid?.() === 0) {
      for (const folder of isOwn(folders) ? [...around, folders.files] : around) {
        const part = folder.slice(folder.lastIndexOf("/") + 1);
        await give(folder, number, `${paths.worker}/owned/${botId}-${part}.json`);
      }
    }
    refreshEtc();
    const passwd = `${paths.worker}/passwd/${botId}`;
    const account = accountOf(number, `${folders.root}/home`);
    if (accounts.get(botId) !== account || !existsSync(passwd)) {
      writeAccount(passwd, account);
      accounts.set(botId, account);
    }
    const own = { writes: [...around, folders.files], reads: request.reads, passwd };
    return wrapOf(way.tools, { way: chosen.name, number, system, own, hidden: home });
  }

  return {
    report: reportOf(probed, way ? amounts(way.way) : none, groups.limits),
    of: (_, folders) => {
      const chosen = wayOf(folders);
      return chosen ? amounts(chosen.name) : none;
    },
    async confine(request) {
      const { botId, run, folders, limits } = request;
      const chosen = wayOf(folders);
      const space = chosen !== undefined && ways[chosen.name].ownProcesses;
      return {
        ...(chosen ? amounts(chosen.name) : none),
        wrap: chosen ? await wrap(request, chosen) : [],
        groups: groups.make(groupName(botId, run), chosen ? withSandbox(limits) : limits, space),
        openFiles: limits.openFiles,
        fileBytes: Math.max(FILE_BYTES, limits.diskMb * 1024 ** 2),
      };
    },
    groupsOf: (botId: BotId, run: number) => groups.of(groupName(botId, run)),
    limitHit: (botId, run) => groups.hit(groupName(botId, run)),
    release: (botId, run) => groups.release(groupName(botId, run)),
  };
}

/** The sandbox's own two processes stand in the bot's group as well. */
const withSandbox = (limits: BotLimits): BotLimits => ({
  ...limits,
  processes: limits.processes === 0 ? 0 : limits.processes + 2,
});

/** Whether a bot's files lie in its own folder, not where somebody else put them. */
const isOwn = ({ root, files }: BotFolders) => files === root || files.startsWith(`${root}/`);

/** Makes a folder of a bot's. What is a link is refused: it would be bound where it leads. */
function makeOwn(path: string): string {
  // As a rule it is there.
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new AppError("disk_unwritable", { detail: error instanceof Error ? error.message : "", path });
  }
  if (!lstatSync(path).isDirectory()) throw new AppError("disk_unwritable", { detail: `${path} is a link`, path });
  return path;
}

/** A bot is called "bot" where it looks itself up; who else has an account here is not its business. */
function accountOf(number: number, home: string): string {
  const shell = "/usr/sbin/nologin";
  return `root:x:0:0:root:/root:${shell}\nbot:x:${number}:${number}::${home}:${shell}\nnobody:x:65534:65534::/:${shell}\n`;
}

function writeAccount(path: string, text: string) {
  makeOwn(dirname(path));
  if (textOf(path) === text) return;
  writeFileSync(path, text);
  // Whatever the umask says: the bot reads it as another user.
  chmodSync(path, 0o644);
}

/** Of calls that come together only the first is worth its cost. */
function atMostEvery(ms: number, work: () => void): () => void {
  let last = performance.now();
  return () => {
    if (performance.now() - last < ms) return;
    last = performance.now();
    work();
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function reportOf(probed: Probed | undefined, best: BotIsolation, limits: IsolationReport["limits"]): IsolationReport {
  const missing: IsolationReport["missing"] = [];
  if (probed?.way === "none") missing.push({ code: probed.missing, detail: probed.detail });
  else if (probed?.way === "sandbox") missing.push({ code: "root", detail: probed.detail });
  else if (probed?.way === "shared") missing.push({ code: "namespaces", detail: probed.detail });
  const unheld = Object.entries(limits).flatMap(([name, holder]) => (holder === "kernel" ? [] : [name]));
  if (unheld.length > 0) missing.push({ code: "cgroup", detail: unheld.join(", ") });
  return { ...best, limits, missing };
}
