import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { expect, vi } from "vitest";
import type { Deploy, DeployRequest } from "#contracts/deploy";
import { randomName } from "../../files/names";
import { git, type Intercept, startGitServer } from "../../git/testing/git-server";
import { define } from "../../supervisor/fakes";
import { createDeployWorker, type GitLimits, SEAL } from "./worker";

/* For tests: a bot of a repository that a real git server holds. */

/** One of its own in each file: processes are found by it, also those of tests that run beside. */
export const BOT = randomName().slice(0, 10);
export const patience = { interval: 20 };

/** A bot that says which version it is, in a file and on its console, and ends when it is asked to. */
export const botOf = (version: string) =>
  `require("node:fs").appendFileSync("starts", "${version}\\n"); console.log("${version}");
process.on("SIGINT", () => process.exit(0)); setInterval(() => {}, 1000);`;

export type Stage = Awaited<ReturnType<typeof createDeployStage>>;
export type Served = Awaited<ReturnType<typeof serveRepositories>>;

/** A git server for all stages of a test file. `intercept` answers requests of git itself. */
export async function serveRepositories(intercept?: Intercept) {
  const root = await mkdtemp(`${tmpdir()}/by-served-`);
  const server = await startGitServer(root, intercept);
  let made = 0;
  return {
    root,
    server,
    /** The name of a new repository in `root`. */
    make(): string {
      const name = `bot${++made}.git`;
      git(root, "init", "-q", "--bare", "--template=", name);
      return name;
    },
    async close() {
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A home and an empty repository of its own. */
export async function createDeployStage({ root, server, make }: Served) {
  const home = await mkdtemp(`${tmpdir()}/by-deploy-`);
  const work = `${home}/work`;
  const name = make();
  const gitDir = `${root}/${name}`;
  mkdirSync(work);
  copyFileSync(server.caFile, `${home}/ca.pem`);
  const here = [`--git-dir=${gitDir}`, `--work-tree=${work}`];
  const refOf = (branch: string) => `${gitDir}/refs/heads/${branch}`;
  let worker = createDeployWorker(home);

  /** Commits these files (null: without them) to the repository; answers with the commit. On another branch than main, main stays. */
  function commit(files: Record<string, string | null>, message = "More", branch = "main"): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(`${work}/${path}`), { recursive: true });
      if (text === null) rmSync(`${work}/${path}`, { recursive: true });
      else writeFileSync(`${work}/${path}`, text);
    }
    const before = branch === "main" ? undefined : readFileSync(refOf("main"));
    git(work, ...here, "add", "-A", "-f");
    git(work, ...here, "-c", "gc.auto=0", "commit", "-q", "--allow-empty", "-m", message);
    const made = readFileSync(refOf("main"), "utf8");
    if (before) {
      mkdirSync(dirname(refOf(branch)), { recursive: true });
      writeFileSync(refOf(branch), made);
      writeFileSync(refOf("main"), before);
    }
    return made.trim();
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
      source: { kind: "git", url: url ?? `https://127.0.0.1:${server.port}/${name}`, branch: "main", commit: commitId },
      deploy: { settings: { branch: "", build, watchSeconds, webhook: true }, credentials: {}, ...more },
      revision: ++revision,
    });

  return {
    home,
    /** Of its repository on the server. */
    name,
    work,
    commit,
    at: `${home}/bots/${BOT}/files`,
    own: `${home}/bots/${BOT}`,
    get worker() {
      return worker;
    },
    /** Makes the bot of the newest commit. */
    async put(commitId: string, over: Over = {}) {
      expect(readFileSync(refOf("main"), "utf8").trim()).toBe(commitId);
      cpSync(work, `${home}/staged`, { recursive: true, verbatimSymlinks: true });
      await worker.supervisor.put(definitionOf(commitId, over), `${home}/staged`);
    },
    definitionOf,
    set: (commitId: string, over: Over) => worker.supervisor.put(definitionOf(commitId, over)),
    async runs() {
      await worker.supervisor.command(BOT, "start");
      await vi.waitFor(() => expect(worker.supervisor.get(BOT)?.status.state).toBe("running"), patience);
      await vi.waitFor(() => expect(existsSync(`${home}/bots/${BOT}/files/starts`)).toBe(true), patience);
    },
    /** Waits until these versions have said that they started, one after the other: it counts as running a little earlier. */
    started: (...versions: string[]) =>
      vi.waitFor(
        async () => expect(await readFile(`${home}/bots/${BOT}/files/starts`, "utf8")).toBe(`${versions.join("\n")}\n`),
        patience,
      ),
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
    async again(limits?: GitLimits) {
      await worker.close();
      worker = createDeployWorker(home, limits);
      await worker.supervisor.boot();
    },
    async remove() {
      await worker.deploys.forget(BOT);
      await worker.supervisor.remove(BOT);
      await worker.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export { SEAL };
