import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type BotDefinition, type BotId, botId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { BotFolders, Supervised, Supervisor } from "../ports/index";
import { isMissing, sweep } from "./atomic";
import { type Bot, openBot } from "./bot";
import { openBudget } from "./budget";
import { type Clock, realClock } from "./clock";
import { revealed, secretValues } from "./environment";
import type { BotPorts, RunRecords } from "./life";
import { createSpare, startsAtOnce } from "./limits";
import { assertTrusted } from "./prepare";
import { createQuiet, type Quiet } from "./quiet";
import { openShelf } from "./shelf";
import { createSizes, type Sizes } from "./sizes";
import { createTurns } from "./turns";

export { realClock } from "./clock";
export { createUnseal, type Unseal } from "./unseal";
export type { Clock, RunRecords };

/** What the supervisor is built from. */
export type SupervisorPorts = Omit<BotPorts, "budget" | "starts" | "installs" | "clock" | "sizes" | "quiet"> & {
  /** homePaths().bots */
  botsDir: string;
  /** Starts per token of the last day. */
  budgetFile: string;
  clock?: Clock;
  sizes?: Sizes;
  quiet?: Quiet;
  /** How many bots may be starting at the same time. */
  startsAtOnce?: number;
  /** Whether the machine has room for more starts than that. */
  spare?: () => boolean;
  installsAtOnce?: number;
  /** Puts back what an earlier worker was replacing in a bot's files when it died, before anything of the bot is looked at; true when it did. */
  mend?: (definition: BotDefinition, folders: BotFolders) => Promise<boolean>;
};

/** Two starts of one token are kept this far apart: Discord identifies one shard per five seconds. */
const TOKEN_GAP_MS = 5_000;
/** A bot that is being deleted gets this long to go by itself, ms. */
const REMOVE_GRACE_MS = 3_000;

/**
 * Runs every bot of this machine. It owns bots/<id> on disk, which says all it must know: it works with web and
 * Postgres away, and takes over from a worker that was killed at any moment.
 */
export function createSupervisor(ports: SupervisorPorts): Supervisor {
  const { botsDir, say } = ports;
  const clock = ports.clock ?? realClock;
  const bots = new Map<BotId, Bot>();
  const listeners = new Set<(botId: BotId, now: Supervised | null) => void>();
  /** Definitions are taken one at a time per bot. */
  const taking = new Map<BotId, Promise<unknown>>();
  /** Bots of which it is still being found out what became of them. */
  const waking = new Map<BotId, Promise<unknown>>();
  let booted = () => {};
  /** Pending before they are woken as well: who asks early waits. */
  const booting = new Promise<void>((settle) => {
    booted = settle;
  });
  let closed = false;
  let botPorts: Promise<BotPorts> | undefined;

  async function openPorts(): Promise<BotPorts> {
    const budget = await openBudget(ports.budgetFile, clock, say);
    const starts = createTurns(clock, {
      atOnce: ports.startsAtOnce ?? startsAtOnce(),
      apart: TOKEN_GAP_MS,
      last: (token) => budget.lastStart(token),
      spare: ports.spare ?? createSpare(),
    });
    const installs = createTurns(clock, { atOnce: ports.installsAtOnce ?? 2, apart: 0 });
    const { sizes = createSizes(say), quiet = createQuiet(clock) } = ports;
    return { ...ports, clock, budget, starts, installs, sizes, quiet };
  }
  const shared = () => (botPorts ??= openPorts());

  function tell(id: BotId, now: Supervised | null) {
    for (const listener of listeners) {
      try {
        listener(id, now);
      } catch (error) {
        say(`bot ${id}: a listener failed: ${String(error)}`);
      }
    }
  }

  const passedOver = (path: string, failure: unknown) =>
    say(`${path} cannot be read, using the one before: ${String(failure)}`);

  function need(id: BotId): Bot {
    const bot = bots.get(id);
    if (!bot) throw new AppError("not_found", { what: "bot" });
    return bot;
  }

  /** What a command means for a bot is known once it is known what became of it; until then it looks stopped, or is not there yet. */
  async function awake(id: BotId): Promise<void> {
    if (!bots.has(id)) await booting;
    await waking.get(id);
  }

  /** Opens a bot whose definition is on disk and finds out what became of it. */
  async function open(definition: BotDefinition): Promise<Bot> {
    const id = definition.id;
    const shelf = openShelf(botsDir, id);
    const replaced = (await ports.mend?.(definition, shelf.folders(definition))) ?? false;
    if (replaced && definition.deploy?.settings.build.length) await shelf.putRebuild(true);
    const bot = await openBot(await shared(), shelf, definition, () => {
      const known = bots.get(id);
      if (known) tell(id, known.now());
    });
    bots.set(id, bot);
    const awake = bot.wakeUp(replaced);
    waking.set(
      id,
      awake.catch(() => {}),
    );
    await awake.finally(() => waking.delete(id));
    tell(id, bot.now());
    return bot;
  }

  /** One put or remove of a bot at a time. */
  function alone<T>(id: BotId, work: () => Promise<T>): Promise<T> {
    const done = (taking.get(id) ?? Promise.resolve()).then(work, work);
    const settled = done.then(
      () => {},
      () => {},
    );
    taking.set(id, settled);
    void settled.then(() => {
      if (taking.get(id) === settled) taking.delete(id);
    });
    return done;
  }

  async function put(definition: BotDefinition, filesFrom: string | undefined): Promise<Supervised> {
    const known = bots.get(definition.id);
    const shelf = openShelf(botsDir, definition.id);
    const fresh = !known && !(await exists(shelf.root));
    try {
      await mkdir(`${shelf.root}/runs`, { recursive: true, mode: 0o700 });
      if (filesFrom !== undefined) await moveIn(filesFrom, `${shelf.root}/files`);
      if (known && definition.revision <= known.definition.revision) return known.now();
      const stored = known ? undefined : await shelf.definition(passedOver).catch(() => undefined);
      const kept = stored && stored.revision >= definition.revision ? stored : definition;
      if (kept === definition) await shelf.putDefinition(definition);
      known?.replace(definition);
      const bot = known ?? (await open(kept));
      return bot.now();
    } catch (error) {
      if (fresh && !bots.has(definition.id)) await rm(shelf.root, { recursive: true, force: true });
      if (error instanceof AppError || !isSystem(error)) throw error;
      throw new AppError("disk_unwritable", { detail: error.message, path: shelf.root });
    }
  }

  async function remove(id: BotId): Promise<void> {
    const bot = bots.get(id);
    if (bot) await bot.remove(REMOVE_GRACE_MS);
    await ports.processes.killAll(id);
    bots.delete(id);
    ports.records.forget(id);
    // Out of the way in one step, so that a worker killed now does not wake half a bot. A folder source lies elsewhere.
    const gone = `${botsDir}/.removed-${id}-${clock.now()}`;
    try {
      await rename(`${botsDir}/${id}`, gone);
    } catch (error) {
      if (!isMissing(error)) throw new AppError("disk_unwritable", { detail: String(error), path: botsDir });
    }
    tell(id, null);
    await rm(gone, { recursive: true, force: true });
  }

  async function wakeAll(): Promise<void> {
    await mkdir(botsDir, { recursive: true, mode: 0o700 });
    await sweep(dirname(ports.budgetFile), basename(ports.budgetFile));
    const names = await readdir(botsDir);
    const leftovers = names.filter((name) => name.startsWith(".removed-"));
    // A disk that is read-only now keeps nobody from waking.
    await Promise.all(
      leftovers.map((name) =>
        rm(`${botsDir}/${name}`, { recursive: true, force: true }).catch((error: unknown) => say(String(error))),
      ),
    );
    await Promise.all(
      names.filter((name) => botId.safeParse(name).success && !bots.has(name)).map((id) => alone(id, () => wake(id))),
    );
  }

  /** One broken folder must not keep the others from waking. */
  async function wake(id: BotId): Promise<void> {
    try {
      if (closed || bots.has(id)) return;
      await sweep(`${botsDir}/${id}`);
      const definition = await openShelf(botsDir, id).definition(passedOver);
      if (!definition) return say(`bot ${id}: its folder has no definition.json; left as it is`);
      if (definition.id !== id) return say(`bot ${id}: definition.json belongs to ${definition.id}; left as it is`);
      await open(definition);
    } catch (error) {
      say(`bot ${id}: could not be woken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return {
    boot() {
      return wakeAll().finally(booted);
    },
    put: (definition, filesFrom) => alone(definition.id, () => put(definition, filesFrom)),
    remove: (id) => alone(id, () => remove(id)),
    async command(id, command, by) {
      await awake(id);
      const bot = need(id);
      await bot.command(command, by);
      return bot.now();
    },
    async rest(id, work) {
      await awake(id);
      return need(id).rest(work);
    },
    definition: (id) => bots.get(id)?.definition,
    async cancelInstall(id) {
      await awake(id);
      need(id).cancelInstall();
    },
    async send(id, text) {
      await awake(id);
      const live = need(id).liveRun();
      if (!live) throw new AppError("bot_not_running");
      await live.send(text.endsWith("\n") ? text : `${text}\n`);
    },
    get: (id) => bots.get(id)?.now(),
    ids: () => [...bots.keys()],
    awake,
    runs: async (id, limit, before) => {
      await awake(id);
      need(id);
      return openShelf(botsDir, id).runs(limit, before);
    },
    liveRun: (id) => bots.get(id)?.liveRun(),
    measured: (id, sample) => bots.get(id)?.measured(sample.memory),
    secrets(id) {
      const definition = bots.get(id)?.definition;
      return definition && { revision: definition.revision, values: () => secretValues(definition, ports.unseal) };
    },
    reveal: (id, key) => revealed(need(id).definition, ports.unseal, key),
    logPolicy: (id) => bots.get(id)?.definition.settings.logs,
    filesOf(id) {
      const definition = bots.get(id)?.definition;
      if (!definition) return;
      assertTrusted(definition);
      return { folders: openShelf(botsDir, id).folders(definition), limits: definition.settings.limits };
    },
    definitionOf: (id) => bots.get(id)?.definition,
    async repack(id, signal, work) {
      await awake(id);
      return need(id).repack(signal, work);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closed = true;
      listeners.clear();
      await Promise.all([...bots.values()].map((bot) => bot.close()));
      await (await botPorts)?.budget.close();
    },
  };
}

/** Moves a staged folder in; over file systems by copy, and in one step at the end either way. Done already: nothing. */
async function moveIn(from: string, to: string): Promise<void> {
  if (!(await exists(from)) && (await exists(to))) return;
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    const half = `${to}.incoming`;
    await rm(half, { recursive: true, force: true });
    await cp(from, half, { recursive: true, verbatimSymlinks: true, errorOnExist: true });
    await rename(half, to);
    await rm(from, { recursive: true, force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const isSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error && "syscall" in error;
