import { existsSync, readFileSync } from "node:fs";
import { openFiles } from "../../files/index";
import { createMask } from "../../logs/mask";
import type { Deploys } from "../../ports/index";
import { realClock } from "../../supervisor/clock";
import { createSmallWorker } from "../../supervisor/small-worker";
import { mend, openDeploys } from "../index";

/*
 * For tests: a worker that makes deploys, of real processes and real files, over a home in which `caFile` says whose certificates to trust.
 * As a program (`node --import tsx worker.ts <home> <bot>`) it deploys the newest commit again and again, and can be killed.
 */

/** What is sealed reads as itself with this before it. */
export const SEAL = "sealed:";

/** All waits take a tenth: whether a bot has lived long enough is tried elsewhere. */
const clock = { ...realClock, after: (ms: number, then: () => void) => realClock.after(ms / 10, then) };

/** What a worker lets git have. */
export type GitLimits = { limitBytes?: number; gitTimeLimitMs?: number };

export function createDeployWorker(home: string, limits: GitLimits = {}) {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const unseal = (_botId: string, _key: string, sealed: string) => {
    if (!sealed.startsWith(SEAL)) throw new Error("not a sealed value");
    return sealed.slice(SEAL.length);
  };
  const secrets: string[] = [];
  const { supervisor, processes, close } = createSmallWorker(home, {
    mend: (_definition, folders) => mend(folders, say),
    unseal,
    clock,
    say,
  });
  const mask = createMask(secrets);
  const botsDir = `${home}/bots`;
  const files = openFiles({ botsDir, of: (botId) => supervisor.filesOf(botId), say });
  const caFile = `${home}/ca.pem`;
  const deploys: Deploys = openDeploys({
    botsDir,
    supervisor,
    files,
    logs: { mask: (botId, text) => createMask([...(supervisor.secrets(botId)?.values() ?? [])])(mask(text)) },
    unseal,
    allowNetworks: ["127.0.0.0/8", "::1"],
    gitCaFile: existsSync(caFile) ? caFile : undefined,
    limitBytes: 50 * 1024 * 1024,
    ...limits,
    clock,
    say,
  });
  return {
    supervisor,
    processes,
    files,
    deploys,
    said,
    async close() {
      await deploys.close();
      await files.close();
      await close();
    },
  };
}

async function goOn(home: string, botId: string): Promise<void> {
  const { supervisor, deploys } = createDeployWorker(home);
  await supervisor.boot();
  await deploys.boot();
  process.stdout.write("up\n");
  const pause = () => new Promise((go) => setTimeout(go, 20));
  while ((await deploys.list(botId)).some(({ endedAt }) => endedAt === undefined)) await pause();
  const commits = readFileSync(`${home}/commits`, "utf8").trim().split("\n");
  for (let n = 0; ; n++) {
    const commit = commits[n % commits.length] ?? "";
    const { number } = await deploys.start(
      botId,
      { commit, local: "keep", again: false },
      { kind: "person", name: "Ann" },
    );
    while ((await deploys.get(botId, number)).endedAt === undefined) await pause();
    process.stdout.write(`${number}\n`);
  }
}

if (process.argv[1]?.endsWith("deploys/testing/worker.ts")) {
  void goOn(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
