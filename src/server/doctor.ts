import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { Stray } from "#contracts/api/strays";
import { fill, type Values } from "#contracts/errors";
import type { check, IsolationReport, NodeInfo } from "#contracts/host";
import { en } from "#contracts/words/en";
import { assertAdmin } from "./access";
import { env } from "./env";
import { isDatabaseUp, readNode } from "./panel";
import { listStrays } from "./strays";

type Check = z.infer<typeof check>;
type Words = typeof en.server.doctor;
/** The words that are one sentence, not a table of them. */
type Word = { [Key in keyof Words]: Words[Key] extends string ? Key : never }[keyof Words];

/** What is well and what is not, each seen just now, with what to do. */
export async function examine(actor: Actor): Promise<{ checks: Check[] }> {
  assertAdmin(actor);
  const [node, isUp] = await Promise.all([readNode(), isDatabaseUp()]);
  // Should one of them go in this moment, the rest is told all the same.
  const { strays } = node && isUp ? await listStrays(actor).catch(() => NONE) : NONE;
  return {
    checks: [
      node
        ? line("worker", "ok", "workerOk", { version: node.version, since: new Date(node.startedAt).toISOString() })
        : line("worker", "bad", "workerBad", {}, "workerTodo"),
      isUp ? line("database", "ok", "databaseOk") : line("database", "bad", "databaseBad", {}, "databaseTodo"),
      nodeVersion(),
      ...(node ? ofWorker(node) : []),
      ...lost(strays),
      ...publicAddress(),
    ],
  };
}

function nodeVersion(): Check {
  const version = process.versions.node;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? line("node", "ok", "nodeOk", { version })
    : line("node", "bad", "nodeOld", { version }, "nodeTodo");
}

function ofWorker(node: NodeInfo): Check[] {
  const checks = node.runtimes.map(({ name, version }) =>
    version === null
      ? line(`runtime.${name}`, "warn", "runtimeMissing", { name }, "runtimeTodo")
      : line(`runtime.${name}`, "ok", "runtimeOk", { name, version }),
  );
  checks.push(...isolationOf(node.isolation), sftpOf(node.sftp));
  if (!node.database) checks.push(line("worker.database", "warn", "workerDatabaseBad", {}, "databaseTodo"));
  const web = env().version;
  if (web !== "dev" && node.version !== web)
    checks.push(line("versions", "warn", "versionsDiffer", { worker: node.version, web }, "versionsTodo"));
  return checks;
}

function sftpOf(sftp: NodeInfo["sftp"]): Check {
  if (sftp.state === "off") return line("sftp", "ok", "sftpOff");
  if (sftp.state === "on") return line("sftp", "ok", "sftpOn", sftp);
  return line("sftp", "warn", "sftpFailed", sftp, "sftpTodo");
}

const levels = {
  user: ["ok", "isolationUser"],
  sandbox: ["ok", "isolationSandbox"],
  none: ["warn", "isolationNone"],
} as const satisfies Record<IsolationReport["level"], readonly [Check["state"], Word]>;

const kills = {
  namespace: ["ok", "killNamespace"],
  cgroup: ["ok", "killCgroup"],
  marker: ["warn", "killMarker"],
} as const satisfies Record<IsolationReport["kill"], readonly [Check["state"], Word]>;

/** How bots are kept apart, ended and limited, and a line for each thing that is missing for more. */
function isolationOf({ level, kill, limits, missing }: IsolationReport): Check[] {
  const { missing: seen, missingTodo: todo, limitHolder } = en.server.doctor;
  const [levelState, levelWord] = levels[level];
  const [killState, killWord] = kills[kill];
  const held = Object.values(limits).every((holder) => holder === "kernel");
  const holders = {
    memory: limitHolder[limits.memory],
    cpu: limitHolder[limits.cpu],
    processes: limitHolder[limits.processes],
  };
  return [
    line("isolation", levelState, levelWord, {}, level === "none" ? "isolationTodo" : undefined),
    line("kill", killState, killWord),
    held ? line("limits", "ok", "limitsKernel") : line("limits", "warn", "limitsPartly", holders),
    ...missing.map(
      ({ code, detail }): Check => ({
        id: `isolation.${code}`,
        seen: fill(seen[code], { detail }),
        // Without root there is a sandbox all the same: worth a word, not a worry.
        ...(code === "root" ? { state: "ok" } : { state: "warn", todo: todo[code] }),
      }),
    ),
  ];
}

const NONE: { strays: Stray[] } = { strays: [] };
function lost(strays: readonly Stray[]): Check[] {
  const names = strays.map(({ id, name }) => `${name} (${id})`).join(", ");
  return names === "" ? [] : [line("strays", "warn", "strays", { names }, "straysTodo")];
}

function publicAddress(): Check[] {
  const { publicUrl } = env();
  if (publicUrl?.protocol !== "http:" || ["127.0.0.1", "localhost", "[::1]"].includes(publicUrl.hostname)) return [];
  return [line("tls", "warn", "httpPublic", { host: publicUrl.host }, "httpTodo")];
}

function line(id: string, state: Check["state"], seen: Word, values: Values = {}, todo?: Word): Check {
  const words = en.server.doctor;
  return { id, state, seen: fill(words[seen], values), ...(todo && { todo: fill(words[todo], values) }) };
}
