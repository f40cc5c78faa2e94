import { access, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { z } from "zod";
import {
  type BotDefinition,
  type BotId,
  type BotRun,
  botDefinition,
  botIsolation,
  botLimits,
  botRun,
  installStatus,
} from "#contracts/bot";
import { at, desired, exit } from "#contracts/process";
import { reason } from "#contracts/reason";
import type { BotFolders } from "../ports/index";
import {
  type Fallback,
  isFull,
  isMissing,
  overwrite,
  padded,
  readGenerations,
  writeAtomic,
  writeGenerations,
} from "./atomic";

/** What is wanted. `n` grows with each change, so that of two the later is known whatever the clock said. */
const wish = z.object({ desired, at, n: z.number().int().nonnegative().default(0) });
export type Wish = z.infer<typeof wish>;

/** Every wish is written as long as this, bytes, so that any may be written over any other. */
const WISH_BYTES = 256;

/** How a run was launched: what holds it, and the limits and the environment (see environmentName) of its definition at that time. */
const confined = botIsolation.extend({
  run: z.number().int(),
  fileBytes: z.number(),
  limits: botLimits,
  environment: z.string().optional(),
});

/** What the supervisor must still know of a bot after its own death. */
export const memory = z.object({
  /** See History of judge.ts. */
  attempt: z.number().int().nonnegative().default(0),
  failures: z.array(at).default([]),
  restarts: z.number().int().nonnegative().default(0),
  /** The run that was told to end: its exit is nobody's failure. */
  asked: z.number().int().nullable().default(null),
  /** The run that has earned its readiness. */
  ready: z.number().int().nullable().default(null),
  /** An install is under way; still true after our death, it must be swept up and done again. */
  installing: z.boolean().default(false),
  install: installStatus.default({ state: "none" }),
  /** `n`: the wish that could not be fulfilled. A later one makes it void. */
  parked: z
    .object({ since: at, reason, until: at.optional(), n: z.number().int().optional() })
    .nullable()
    .default(null),
  lastExit: exit.nullable().default(null),
  /** The run whose end was judged: what follows from it stands here. */
  judged: z.number().int().nullable().default(null),
  /** It ended and is to be started again, also by the next worker. */
  backoff: z
    .object({
      attempt: z.number().int().positive(),
      delayMs: z.number(),
      retryAt: at,
      cause: z.enum(["crash", "worker"]),
    })
    .nullable()
    .default(null),
  confined: confined.nullable().default(null),
  /** The wish as last written: for when its own file cannot be read. */
  wish: wish.nullable().default(null),
});
export type Memory = z.infer<typeof memory>;

/** Which dependencies are installed; written only after success. */
const installed = z.object({ hash: z.string(), tool: z.string(), at, ms: z.number().int() });
export type Installed = z.infer<typeof installed>;

/** The folder of one bot: bots/<id>/{definition,desired,state,install}.json and runs/<n>/run.json. */
export interface Shelf {
  readonly root: string;
  folders(definition: BotDefinition): BotFolders;
  runDir(run: number): string;
  logFile(run: number, name: "install.log" | "out.log"): string;
  /** Undefined when there is none; throws when every generation is garbage. */
  definition(fallback?: Fallback): Promise<BotDefinition | undefined>;
  putDefinition(definition: BotDefinition): Promise<void>;
  /** As definition(). */
  wish(fallback?: Fallback): Promise<Wish | undefined>;
  putWish(wish: Wish): Promise<void>;
  /** As definition(), with nothing to remember when there is none. */
  memory(fallback?: Fallback): Promise<Memory>;
  putMemory(now: Memory): Promise<void>;
  installed(): Promise<Installed | undefined>;
  putInstalled(now: Installed): Promise<void>;
  /** What is installed is about to be something else: until that is whole, nothing counts as installed. */
  forgetInstalled(): Promise<void>;
  /** Whether what was built is not of the files that are there: it is built again before the next start. */
  rebuildDue(): Promise<boolean>;
  putRebuild(due: boolean): Promise<void>;
  /** Makes the folder of the next run: the highest number so far and one. */
  nextRun(): Promise<number>;
  run(run: number): Promise<BotRun | undefined>;
  putRun(run: BotRun): Promise<void>;
  /** Newest first; those before the run `before`. */
  runs(limit: number, before?: number): Promise<BotRun[]>;
}

/** Opens the folder of a bot under `botsDir`, making it when it is not there. */
export function openShelf(botsDir: string, botId: BotId): Shelf {
  const root = `${botsDir}/${botId}`;
  const runsDir = `${root}/runs`;
  const runDir = (run: number) => `${runsDir}/${run}`;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

  async function runNumbers(): Promise<number[]> {
    const names = await readdir(runsDir).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names
      .filter((name) => /^[1-9]\d{0,9}$/.test(name))
      .map(Number)
      .sort((a, b) => b - a);
  }

  /** The highest number so far, and the newest record as we wrote it: nobody but us makes runs and writes their records. */
  let last: number | undefined;
  let newest: BotRun | undefined;

  async function readRun(run: number): Promise<BotRun | undefined> {
    try {
      return botRun.parse(JSON.parse(await readFile(`${runDir(run)}/run.json`, "utf8")));
    } catch {
      return undefined;
    }
  }

  return {
    root,
    runDir,
    folders: (definition) => ({
      root,
      files: definition.source.kind === "folder" ? definition.source.path : `${root}/files`,
      venv: `${root}/venv`,
      runs: runsDir,
    }),
    logFile: (run, name) => `${runDir(run)}/${name}`,
    definition: (fallback) =>
      readGenerations(`${root}/definition.json`, (text) => botDefinition.parse(JSON.parse(text)), fallback),
    putDefinition: (definition) => writeGenerations(`${root}/definition.json`, json(definition)),
    wish: (fallback) => readGenerations(`${root}/desired.json`, (text) => wish.parse(JSON.parse(text)), fallback),
    async putWish(wanted) {
      const path = `${root}/desired.json`;
      const text = padded(json(wanted), WISH_BYTES);
      // A wish that was answered for must outlive us also on a full disk.
      await writeGenerations(path, text).catch((error: unknown) => {
        if (!isFull(error)) throw error;
        return overwrite(path, text).catch(() => {
          throw error;
        });
      });
    },
    memory: async (fallback) =>
      (await readGenerations(`${root}/state.json`, (text) => memory.parse(JSON.parse(text)), fallback)) ??
      memory.parse({}),
    // Neither is worth waiting for the disk: a power cut ends every run, and says so itself.
    putMemory: (now) => writeGenerations(`${root}/state.json`, json(now), "worker"),
    installed: () =>
      readGenerations(`${root}/install.json`, (text) => installed.parse(JSON.parse(text))).catch(() => undefined),
    putInstalled: (now) => writeAtomic(`${root}/install.json`, json(now)),
    forgetInstalled: () => rm(`${root}/install.json`, { force: true }),
    rebuildDue: () =>
      access(`${root}/rebuild`).then(
        () => true,
        () => false,
      ),
    putRebuild: (due) => (due ? writeAtomic(`${root}/rebuild`, "") : rm(`${root}/rebuild`, { force: true })),
    async nextRun() {
      const run = (last ?? (await runNumbers())[0] ?? 0) + 1;
      await mkdir(runDir(run), { recursive: true, mode: 0o700 });
      last = run;
      return run;
    },
    run: async (run) => (newest?.run === run ? newest : readRun(run)),
    async putRun(run) {
      await writeAtomic(`${runDir(run.run)}/run.json`, json(run), "worker");
      newest = run;
    },
    async runs(limit, before = Number.POSITIVE_INFINITY) {
      const found: BotRun[] = [];
      for (const run of await runNumbers()) {
        if (found.length >= limit) break;
        if (run >= before) continue;
        const read = await readRun(run);
        if (read) found.push(read);
      }
      return found;
    },
  };
}
