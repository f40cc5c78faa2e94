import type { z } from "zod";
import type { Actor } from "#contracts/access";
import { fill, type Values } from "#contracts/errors";
import type { check, NodeInfo } from "#contracts/host";
import { en } from "#contracts/words/en";
import { assertAdmin } from "./access";
import { env } from "./env";
import { isDatabaseUp, readNode } from "./panel";

type Check = z.infer<typeof check>;
type Word = keyof typeof en.server.doctor;

/** What is well and what is not, each seen just now, with what to do. */
export async function examine(actor: Actor): Promise<{ checks: Check[] }> {
  assertAdmin(actor);
  const [node, isUp] = await Promise.all([readNode(), isDatabaseUp()]);
  return {
    checks: [
      node
        ? line("worker", "ok", "workerOk", { version: node.version, since: new Date(node.startedAt).toISOString() })
        : line("worker", "bad", "workerBad", {}, "workerTodo"),
      isUp ? line("database", "ok", "databaseOk") : line("database", "bad", "databaseBad", {}, "databaseTodo"),
      nodeVersion(),
      ...(node ? ofWorker(node) : []),
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
  if (!node.database) checks.push(line("worker.database", "warn", "workerDatabaseBad", {}, "databaseTodo"));
  const web = env().version;
  if (web !== "dev" && node.version !== web)
    checks.push(line("versions", "warn", "versionsDiffer", { worker: node.version, web }, "versionsTodo"));
  return checks;
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
