import { readdir } from "node:fs/promises";
import { type BotDefinition, type BotId, botId as botIdShape } from "#contracts/bot";
import { type DependencyWork, samePython } from "#contracts/dependencies";
import { AppError } from "#contracts/errors";
import { canRun } from "#contracts/process";
import { readLog } from "../install/index";
import type {
  BotFolders,
  Confinement,
  Dependencies,
  Isolation,
  Logs,
  PackageChange,
  Repacking,
  Supervisor,
} from "../ports/index";
import { installLimits } from "../supervisor/limits";
import { assertTrusted } from "../supervisor/prepare";
import { createSizes } from "../supervisor/sizes";
import { type ChangePorts, changePackages } from "./change";
import { askManager } from "./check";
import { judge } from "./judge";
import { listDependencies } from "./list";
import { dependenciesSeen } from "./seen";
import { clearLog, keepState, logOf, readState, type State } from "./state";

/*
 * A bot's dependencies one by one: what its manifest asks for, what is there, and single packages in and out.
 *
 *   list ──▶ asked (the manifest's text) + installed (node_modules, dist-info) ── read through the jail, nothing is run
 *   install, remove ──▶ judge (the name) ──▶ supervisor.repack (nobody starts meanwhile) ──▶ change (the package manager, confined)
 *   check ──▶ the package manager's own answer, confined, kept with its time
 *
 * One piece of work of a bot at a time. Who asked for it does not wait: `work` of the list tells how far it is.
 */

export type DependenciesPorts = Omit<ChangePorts, "sizes"> & {
  /** homePaths().bots */
  botsDir: string;
  supervisor: Pick<Supervisor, "filesOf" | "definitionOf" | "repack" | "command" | "get" | "awake" | "onChange">;
  isolation: Isolation;
  logs: Pick<Logs, "mask">;
  say: (line: string) => void;
};

type Bot = { botId: BotId; folders: BotFolders; definition: BotDefinition; state: State };
type What = Extract<DependencyWork, { state: "running" }>["what"];

/** The number of a run that is none: what packages are changed and asked about in. Not that of a deploy, which may install meanwhile. */
const NO_RUN = -1;

export function openDependencies(ports: DependenciesPorts): Dependencies {
  const { supervisor, isolation, installer, botsDir, say } = ports;
  const sizes = createSizes(say);
  const states = new Map<BotId, Promise<State>>();
  const working = new Set<Promise<void>>();
  let counter = 0;
  let closed = false;

  const unwatch = supervisor.onChange((botId, now) => {
    if (now !== null) return;
    const state = states.get(botId);
    states.delete(botId);
    void state?.then(({ stop }) => stop.abort());
  });

  async function need(botId: BotId): Promise<Bot> {
    await supervisor.awake(botId);
    const place = supervisor.filesOf(botId);
    const definition = supervisor.definitionOf(botId);
    if (!place || !definition) throw new AppError("not_found", { what: "bot" });
    const { folders } = place;
    const state = states.get(botId) ?? readState(folders);
    states.set(botId, state);
    return { botId, folders, definition, state: await state };
  }

  /** Begins a piece of work that nobody waits for. AppError dependency_busy. */
  async function begin(bot: Bot, what: What, job: () => Promise<void>): Promise<DependencyWork> {
    const { botId, folders, state } = bot;
    if (state.work.state === "running") throw new AppError("dependency_busy");
    const since = Date.now();
    const id = `${since.toString(36)}-${++counter}`;
    state.stop = new AbortController();
    state.work = { state: "running", id, what, since, waiting: true };
    const keep = () =>
      keepState(folders, state).catch((error: unknown) => say(`bot ${botId}: dependencies.json: ${String(error)}`));
    await clearLog(folders);
    await keep();
    const work = job().then(
      () => {
        state.work = { state: "done", id, what, at: Date.now(), ms: Date.now() - since };
      },
      (error: unknown) => {
        if (!(error instanceof AppError)) say(`bot ${botId}: ${what.kind} ${what.name}: ${String(error)}`);
        const { code, values } = asAppError(error, what);
        state.work = { state: "failed", id, what, at: Date.now(), code, values };
      },
    );
    const written = work.then(() => (states.has(botId) && !closed ? keep() : undefined));
    working.add(written);
    void written.finally(() => working.delete(written));
    return state.work;
  }

  /** It is its turn. */
  function begun(state: State) {
    const { work } = state;
    if (work.state === "running") state.work = { ...work, waiting: false };
  }

  async function confined<T>(
    { definition, folders }: Pick<Repacking, "definition" | "folders">,
    reads: readonly string[],
    work: (confinement: Confinement) => Promise<T>,
  ): Promise<T> {
    const { id: botId, settings } = definition;
    const limits = installLimits(settings.limits);
    const confinement = await isolation.confine({ botId, run: NO_RUN, folders, limits, reads });
    try {
      // Package managers run other people's code, as the bot does.
      assertTrusted(definition, confinement.level);
      return await work(confinement);
    } finally {
      isolation.release(botId, NO_RUN);
    }
  }

  async function change(
    bot: Bot,
    asked: { kind: PackageChange["kind"]; name: string; range?: string },
    { author, start }: { author: string; start: boolean },
  ): Promise<DependencyWork> {
    const { botId, state, definition } = bot;
    const { kind } = asked;
    const judged = judge(definition.runtime, asked);
    if (kind === "remove") await assertAsked(bot, judged.name);
    const mask = (text: string) => ports.logs.mask(botId, text);
    return begin(bot, { kind, name: asked.name, range: judged.range }, async () => {
      const { signal } = state.stop;
      let failure: unknown;
      const went = await supervisor.repack(botId, signal, async (repacking) => {
        begun(state);
        const work = { kind, judged, author, signal, confined, mask };
        const changed = await changePackages({ ...ports, sizes }, repacking, work);
        failure = changed.failure;
        return changed.installed;
      });
      if (!went) throw new AppError("dependency_cancelled");
      if (failure !== undefined) throw failure;
      if (start) await startNow(botId);
    });
  }

  /** Nobody waits for it here: why it does not start is told by its state. */
  async function startNow(botId: BotId): Promise<void> {
    const now = supervisor.get(botId)?.status.state;
    if (now === undefined || !canRun("start", now)) return;
    await supervisor.command(botId, "start").catch((error: unknown) => say(`bot ${botId}: start: ${String(error)}`));
  }

  return {
    async list(botId, hidden = []) {
      const { folders, definition, state } = await need(botId);
      return dependenciesSeen(folders, definition, state, hidden);
    },
    async log(botId, from) {
      const { folders, state } = await need(botId);
      if (state.work.state === "none") return { id: "", lines: [], next: 0 };
      const { text, end } = await readLog(logOf(folders), from, state.work.state === "running");
      const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
      return { id: state.work.id, lines: lines.map((line) => ports.logs.mask(botId, line)), next: end };
    },
    async check(botId) {
      const bot = await need(botId);
      const { state, folders, definition } = bot;
      return begin(bot, { kind: "check", name: "", range: "" }, async () => {
        begun(state);
        const { manager, reads, questions } = await ports.changes[definition.runtime].questions(folders);
        state.report = await confined({ definition, folders }, reads, (confinement) =>
          askManager({
            botId,
            manager,
            questions,
            installer,
            options: { signal: state.stop.signal, confinement },
            mask: (text) => ports.logs.mask(botId, text),
          }),
        );
      });
    },
    install: async (botId, { name, range }, { author, start }) =>
      change(await need(botId), { kind: "install", name, range }, { author, start }),
    remove: async (botId, name, author) =>
      change(await need(botId), { kind: "remove", name }, { author, start: false }),
    async cancel(botId) {
      const { state } = await need(botId);
      state.stop.abort();
      return state.work;
    },
    async boot() {
      for (const botId of await readdir(botsDir).catch(() => [])) {
        if (!botIdShape.safeParse(botId).success) continue;
        const folders = { root: `${botsDir}/${botId}`, files: "", venv: "", runs: "" };
        const state = await readState(folders);
        if (state.work.state !== "running") continue;
        // Before its bot is woken: what is left of it would write among what a start installs.
        await installer.sweep(botId);
        const { id, what } = state.work;
        state.work = { state: "failed", id, what, at: Date.now(), code: "dependency_interrupted", values: {} };
        await keepState(folders, state).catch((error: unknown) => say(`bot ${botId}: ${String(error)}`));
      }
    },
    async close() {
      closed = true;
      unwatch();
      // Their processes are ended with the supervisor; that they were under way is what the next worker must find.
      for (const state of await Promise.all(states.values())) state.stop.abort();
      await Promise.all(working);
    },
  };
}

/** Refuses to take out what the manifest at the top does not name: npm would say that all went well. AppError dependency_unknown. */
async function assertAsked({ folders, definition }: Bot, name: string): Promise<void> {
  const { dependencies } = await listDependencies(folders, definition);
  const isPython = definition.runtime === "python";
  const same = (one: string) => (isPython ? samePython(one) === samePython(name) : one === name);
  const inManifest = (file: string) => isPython || file === "package.json";
  if (!dependencies.some((one) => same(one.name) && inManifest(one.file)))
    throw new AppError("dependency_unknown", { name });
}

function asAppError(error: unknown, { kind }: What): AppError {
  if (error instanceof AppError) return error;
  return new AppError("dependency_failed", {
    tool: kind,
    last: error instanceof Error ? error.message.slice(0, 200) : "",
  });
}
