import { mkdir, readdir, readFile } from "node:fs/promises";
import { z } from "zod";
import { type BotDefinition, type BotId, type BotRun, botDefinition, botRun, installStatus } from "#contracts/bot";
import { at, type Desired, desired, exit } from "#contracts/process";
import { reason } from "#contracts/reason";
import type { BotFolders } from "../ports";
import { isMissing, readGenerations, writeAtomic, writeGenerations } from "./atomic";

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
  parked: z.object({ since: at, reason, until: at.optional() }).nullable().default(null),
  lastExit: exit.nullable().default(null),
});
export type Memory = z.infer<typeof memory>;

/** Which dependencies are installed; written only after success. */
const installed = z.object({ hash: z.string(), tool: z.string(), at, ms: z.number().int() });
export type Installed = z.infer<typeof installed>;

const wish = z.object({ desired, at });

/** The folder of one bot: bots/<id>/{definition,desired,state,install}.json and runs/<n>/run.json. */
export interface Shelf {
  readonly root: string;
  folders(definition: BotDefinition): BotFolders;
  runDir(run: number): string;
  logFile(run: number, name: "install.log" | "out.log"): string;
  /** Undefined when there is none; throws when every generation is garbage. */
  definition(): Promise<BotDefinition | undefined>;
  putDefinition(definition: BotDefinition): Promise<void>;
  desired(): Promise<Desired>;
  putDesired(wanted: Desired, when: number): Promise<void>;
  memory(): Promise<Memory>;
  putMemory(now: Memory): Promise<void>;
  installed(): Promise<Installed | undefined>;
  putInstalled(now: Installed): Promise<void>;
  /** Makes the folder of the next run: the highest number so far and one. */
  nextRun(): Promise<number>;
  run(run: number): Promise<BotRun | undefined>;
  putRun(run: BotRun): Promise<void>;
  /** Newest first. */
  runs(limit: number): Promise<BotRun[]>;
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
    definition: () => readGenerations(`${root}/definition.json`, (text) => botDefinition.parse(JSON.parse(text))),
    putDefinition: (definition) => writeGenerations(`${root}/definition.json`, json(definition)),
    desired: async () =>
      (await readGenerations(`${root}/desired.json`, (text) => wish.parse(JSON.parse(text))))?.desired ?? "down",
    putDesired: (wanted, when) => writeGenerations(`${root}/desired.json`, json({ desired: wanted, at: when })),
    memory: async () =>
      (await readGenerations(`${root}/state.json`, (text) => memory.parse(JSON.parse(text)))) ?? memory.parse({}),
    putMemory: (now) => writeAtomic(`${root}/state.json`, json(now)),
    installed: () =>
      readGenerations(`${root}/install.json`, (text) => installed.parse(JSON.parse(text))).catch(() => undefined),
    putInstalled: (now) => writeAtomic(`${root}/install.json`, json(now)),
    async nextRun() {
      const run = ((await runNumbers())[0] ?? 0) + 1;
      await mkdir(runDir(run), { recursive: true, mode: 0o700 });
      return run;
    },
    run: readRun,
    putRun: (run) => writeAtomic(`${runDir(run.run)}/run.json`, json(run)),
    async runs(limit) {
      const found: BotRun[] = [];
      for (const run of await runNumbers()) {
        if (found.length >= limit) break;
        const read = await readRun(run);
        if (read) found.push(read);
      }
      return found;
    },
  };
}
