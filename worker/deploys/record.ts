import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { DEPLOYS_KEPT, type Deploy, deploy, deployRequest } from "#contracts/deploy";
import { commitId } from "#contracts/git";
import { isMissing, type Lasting, writeAtomic } from "../supervisor/atomic";

/*
 * What is kept of deploys: bots/<id>/deploys/<n>/record.json and log; new/ and old/ only while it is under way. Which commit the bot has
 * stands in current.json: what names a deploy there is done, and of every other the steps are taken back.
 */

const step = z.object({
  path: z.string(),
  had: z.boolean(),
  put: z.enum(["file", "link"]).nullable(),
  runs: z.boolean(),
});

const record = deploy.extend({
  request: deployRequest,
  /** There from before the first step until they are all taken back, or are there to stay. */
  journal: z.object({ steps: z.array(step), folders: z.array(z.string()) }).optional(),
});
export type Record = z.infer<typeof record>;

/** Nothing of it was begun: whoever comes next makes it as it was asked for. */
export const isWaiting = ({ status }: Pick<Record, "status">): boolean =>
  status.state === "running" && status.step === "queued";

const current = z.object({ commit: commitId, branch: z.string(), number: z.number().int() });
export type Current = z.infer<typeof current>;

/** What the repository was like when it was last looked at. */
const upstream = z.object({ fetchedAt: z.number(), branch: z.string(), branches: z.array(z.string()) });
export type Upstream = z.infer<typeof upstream>;

/** Pushes that were taken, newest last: their signatures and numbers. */
const pushes = z.array(z.string());

export type DeployShelf = ReturnType<typeof openDeployShelf>;

/** The deploys of a bot whose folder is `root`. */
export function openDeployShelf(root: string) {
  const base = `${root}/deploys`;
  const dirOf = (number: number) => `${base}/${number}`;
  const knownHosts = `${root}/known_hosts`;

  async function numbers(): Promise<number[]> {
    const names = await readdir(base).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const found = names.filter((name) => /^[1-9]\d{0,8}$/.test(name)).map(Number);
    return found.sort((a, b) => b - a);
  }

  async function json<T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> {
    try {
      return shape.parse(JSON.parse(await readFile(path, "utf8")));
    } catch {
      return undefined;
    }
  }
  const write = (path: string, value: unknown, lasting: Lasting = "power") =>
    writeAtomic(path, `${JSON.stringify(value)}\n`, lasting);

  return {
    base,
    dirOf,
    logOf: (number: number) => `${dirOf(number)}/log`,
    scratch: `${base}/scratch`,
    gitDir: `${root}/git`,
    knownHosts,
    putKnownHosts: (text: string) => writeAtomic(knownHosts, text),
    numbers,
    read: (number: number) => json(`${dirOf(number)}/record.json`, record),
    async list(): Promise<Record[]> {
      const all = await Promise.all((await numbers()).map((number) => json(`${dirOf(number)}/record.json`, record)));
      return all.filter((one) => one !== undefined);
    },
    put: (kept: Record, lasting?: Lasting) => write(`${dirOf(kept.number)}/record.json`, kept, lasting),
    /** Makes the folder of the next deploy, and forgets the oldest beyond what is kept. */
    async next(): Promise<number> {
      const known = await numbers();
      const number = (known[0] ?? 0) + 1;
      await mkdir(dirOf(number), { recursive: true, mode: 0o700 });
      for (const old of known.slice(DEPLOYS_KEPT - 1)) {
        if (!(await json(`${dirOf(old)}/record.json`, record))?.journal)
          await rm(dirOf(old), { recursive: true, force: true });
      }
      return number;
    },
    /** Removes what only a deploy under way needs. */
    async tidy(number: number): Promise<void> {
      for (const name of ["old", "new"]) await rm(`${dirOf(number)}/${name}`, { recursive: true, force: true });
    },
    current: () => json(`${base}/current.json`, current),
    putCurrent: (now: Current) => write(`${base}/current.json`, now),
    upstream: () => json(`${base}/upstream.json`, upstream),
    async putUpstream(now: Upstream): Promise<void> {
      await mkdir(base, { recursive: true, mode: 0o700 });
      await write(`${base}/upstream.json`, now, "worker");
    },
    pushes: async () => (await json(`${base}/pushes.json`, pushes)) ?? [],
    async putPushes(now: readonly string[]): Promise<void> {
      await mkdir(base, { recursive: true, mode: 0o700 });
      await write(`${base}/pushes.json`, now);
    },
  };
}

/** A record as it is told. `active`: it is under way here and now. One that nobody saw the end of ended when it began. */
export function viewOf({ request: _request, journal, ...told }: Record, active: boolean): Deploy {
  const isOpen = told.status.state === "running" && !active && !isWaiting(told);
  return isOpen ? { ...told, status: { state: "interrupted" }, endedAt: told.startedAt } : told;
}
