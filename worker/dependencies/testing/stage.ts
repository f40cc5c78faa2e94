import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { vi } from "vitest";
import type { DependencyWork } from "#contracts/dependencies";
import { openFiles } from "../../files/index";
import { createInstaller } from "../../install/index";
import { createPackageChanges, createRuntimes } from "../../runtimes/index";
import { createFakeIsolation, define } from "../../supervisor/fakes";
import { createSmallWorker } from "../../supervisor/small-worker";
import { openDependencies } from "../index";

/** One for each file of tests: what carries it is killed, wherever it runs. */
export const ID = Array.from({ length: 10 }, () => Math.floor(Math.random() * 36).toString(36)).join("");

/** A bot in a home of its own with real package managers, real processes and the real supervisor; nothing is kept apart. */
export async function openStage(files: Record<string, string>, definition: Record<string, unknown> = {}, passed = {}) {
  const home = await mkdtemp(`${tmpdir()}/by-deps-`);
  const put = async (name: string, text: string, root = `${home}/staged`) => {
    await mkdir(dirname(`${root}/${name}`), { recursive: true });
    await writeFile(`${root}/${name}`, text);
  };
  for (const [name, text] of Object.entries({ "index.js": "", ...files })) await put(name, text);
  const drivers = createRuntimes(passed);
  const installer = createInstaller();
  const open = () => {
    const worker = createSmallWorker(home, { drivers, installer });
    const { supervisor } = worker;
    const botsDir = `${home}/bots`;
    const say = () => {};
    const stored = openFiles({ botsDir, of: (botId) => supervisor.filesOf(botId), say });
    const dependencies = openDependencies({
      botsDir,
      supervisor,
      drivers,
      changes: createPackageChanges(passed),
      installer,
      isolation: createFakeIsolation(),
      files: stored,
      logs: { mask: (_botId, text) => text },
      say,
    });
    return {
      supervisor,
      dependencies,
      async close() {
        await dependencies.close();
        await stored.close();
        await worker.close();
      },
    };
  };
  let now = open();
  await now.supervisor.put(define({ id: ID, ...definition }), `${home}/staged`);
  const root = `${home}/bots/${ID}`;
  return {
    root,
    files: `${root}/files`,
    put: (name: string, text: string) => put(name, text, `${root}/files`),
    get dependencies() {
      return now.dependencies;
    },
    get supervisor() {
      return now.supervisor;
    },
    list: () => now.dependencies.list(ID),
    /** How the work under way ends. */
    ended: (): Promise<Exclude<DependencyWork, { state: "running" }>> =>
      vi.waitFor(
        async () => {
          const { work } = await now.dependencies.list(ID);
          if (work.state === "running") throw new Error(`still ${work.what.kind}`);
          return work;
        },
        { interval: 50 },
      ),
    install: (name: string, range = "", start = false) =>
      now.dependencies.install(ID, { name, range }, { start, author: "mia" }),
    remove: (name: string) => now.dependencies.remove(ID, name, "mia"),
    /** The next worker on the same home. */
    async again() {
      await now.close();
      now = open();
      await now.dependencies.boot();
      await now.supervisor.boot();
    },
    async close() {
      await now.supervisor.remove(ID);
      await now.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
