import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { expect, vi } from "vitest";
import type { Deploy, DeployRequest } from "#contracts/deploy";
import { randomName } from "../../files/names";
import { git, type Intercept, startGitServer } from "../../git/testing/git-server";
import { define } from "../../supervisor/fakes";
import { createDeployWorker, SEAL } from "./worker";

/* For tests: a bot of a repository that a real git server holds. */

/** One of its own in each file: processes are found by it, also those of tests that run beside. */
export const BOT = randomName().slice(0, 10);
export const patience = { timeout: 30_000, interval: 20 };

/** A bot that says which version it is, in a file and on its console, and ends when it is asked to. */
export const botOf = (version: string) =>
  `require("node:fs").appendFileSync("starts", "${version}\\n"); console.log("${version}");
process.on("SIGINT", () => process.exit(0)); setInterval(() => {}, 1000);`;

export type Stage = Awaited<ReturnType<typeof createDeployStage>>;

/** `intercept` answers requests of git itself. */
export async function createDeployStage(intercept?: Intercept) {
  const home = await mkdtemp(`${tmpdir()}/by-deploy-`);
  const [root, work] = [`${home}/served`, `${home}/work`];
  mkdirSync(root);
  mkdirSync(work);
  const server = await startGitServer(root, intercept);
  copyFileSync(server.caFile, `${home}/ca.pem`);
  git(work, "init", "-q");
  git(root, "init", "-q", "--bare", "bot.git");
  git(work, "remote", "add", "origin", `${root}/bot.git`);
  let worker = createDeployWorker(home);

  /** Commits these files (null: without them) and pushes; answers with the commit. */
  function commit(files: Record<string, string | null>, message = "More", branch = "main"): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(`${work}/${path}`), { recursive: true });
      if (text === null) rmSync(`${work}/${path}`, { recursive: true });
      else writeFileSync(`${work}/${path}`, text);
    }
    git(work, "add", "-A", "-f");
    git(work, "commit", "-q", "--allow-empty", "-m", message);
    git(work, "push", "-q", "-f", "origin", `HEAD:refs/heads/${branch}`);
    return git(work, "rev-parse", "HEAD").trim();
  }

  let revision = 0;
  type Over = {
    build?: string[];
    watchSeconds?: number;
    more?: Record<string, unknown>;
    settings?: object;
    url?: string;
  };
  const definitionOf = (commitId: string, { build = [], watchSeconds = 1, more = {}, settings = {}, url }: Over) =>
    define({
      id: BOT,
      settings,
      source: { kind: "git", url: url ?? `https://127.0.0.1:${server.port}/bot.git`, branch: "main", commit: commitId },
      deploy: { settings: { branch: "", build, watchSeconds, webhook: true }, credentials: {}, ...more },
      revision: ++revision,
    });

  return {
    home,
    root,
    work,
    server,
    commit,
    at: `${home}/bots/${BOT}/files`,
    own: `${home}/bots/${BOT}`,
    get worker() {
      return worker;
    },
    git: (...argv: string[]) => git(work, ...argv),
    /** Makes the bot of what a commit holds. */
    async put(commitId: string, over: Over = {}) {
      git(home, "clone", "-q", `${root}/bot.git`, `${home}/staged`);
      git(`${home}/staged`, "checkout", "-q", commitId);
      rmSync(`${home}/staged/.git`, { recursive: true });
      await worker.supervisor.put(definitionOf(commitId, over), `${home}/staged`);
    },
    definitionOf,
    set: (commitId: string, over: Over) => worker.supervisor.put(definitionOf(commitId, over)),
    async runs() {
      await worker.supervisor.command(BOT, "start");
      await vi.waitFor(() => expect(worker.supervisor.get(BOT)?.status.state).toBe("running"), patience);
    },
    state: () => worker.supervisor.get(BOT)?.status.state,
    read: (path: string) => readFile(`${home}/bots/${BOT}/files/${path}`, "utf8"),
    /** Deploys, and waits for how that ends. */
    async deploy(request: Partial<DeployRequest> = {}): Promise<Deploy> {
      const { number } = await worker.deploys.start(
        BOT,
        { local: "keep", again: false, ...request },
        { kind: "person", name: "Ann" },
      );
      return vi.waitFor(async () => {
        const now = await worker.deploys.get(BOT, number);
        expect(now.status.state).not.toBe("running");
        return now;
      }, patience);
    },
    log: async (number: number) => (await worker.deploys.log(BOT, number, 0)).text,
    /** What lies about that should not. */
    async leftovers() {
      const names = await readdir(`${home}/bots/${BOT}`, { recursive: true });
      return names.filter((name) =>
        /deploys\/(scratch\/.|\d+\/(new|old)|.*\.tmp-)|\.botyard|staging\/.|\.lock$|tmp_/.test(name),
      );
    },
    /** As if the worker had been started anew. */
    async again() {
      await worker.close();
      worker = createDeployWorker(home);
      await worker.supervisor.boot();
    },
    async remove() {
      await worker.deploys.forget(BOT);
      await worker.supervisor.remove(BOT);
      await worker.close();
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export { SEAL };
