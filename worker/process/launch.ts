import { constants } from "node:fs";
import { chmod, mkdir, open, stat } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { LaunchSpec } from "../ports/index";
import type { Counter } from "./census";
import type { Fifos } from "./fifos";
import { initOf } from "./inner";
import { markOf, type Seen } from "./live";
import { isAlive, MARKER } from "./proc";
import { isShortage, readSmall } from "./read";
import { type Recorded, readExit, readIdentity, runFiles, wasTaken } from "./records";
import { TAKEN, UNWRITABLE } from "./scripts";
import type { Wrap } from "./shell";
import { type Shell, type Spawns, type Start, startHere } from "./spawns";
import { killTree } from "./tree";

/** The recording shell needs some milliseconds; a machine that is short of everything may need this long. */
const START_MS = 20_000;
/**
 * When the start record is looked for, ms: soon, and then after half as long again each time. To be told by the file system costs more
 * than all of these looks: a watch of a folder takes the kernel 0.3 ms to let go of.
 */
const LOOK_MS = { first: 4, most: 100 } as const;
const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;

/** How often it is asked whether a shell lives that has not written who it is, ms. */
const ASK_MS = 200;
/** A sandbox that cannot be made says why in fewer bytes. */
const SAID = 4_096;

export type LaunchPorts = { wrap: Wrap; bootId: string; counter: Counter; spawns: Spawns; fifos?: Fifos };

/**
 * Starts the recording shell of a run and settles when the bot is started and written down. When it fails, nothing of it lives.
 * AppError folder_missing, disk_unwritable, command_refused (the run's folder was used before).
 */
export async function launchRun(spec: LaunchSpec, ports: LaunchPorts): Promise<Seen> {
  const { botId, run, runDir, cwd } = spec;
  const { wrap, bootId, counter, spawns, fifos } = ports;
  const mark = markOf(botId, run);
  const [isThere] = await Promise.all([isFolder(cwd), makeRunDir(runDir)]);
  if (!isThere) throw new AppError("folder_missing", { path: cwd });
  if (wasTaken(runDir)) throw running();
  await fifos?.place(fifosOf(runDir, spec.confinement));
  const what: Start = {
    argv: wrap(runDir, bootId, spec.argv, spec.confinement),
    cwd,
    env: { ...spec.env, [MARKER]: mark },
  };
  const begun = await spawns.start(what);
  let shell: Shell | undefined;
  try {
    // It may have been started all the same. Of two shells the folder, which was free before, takes one: whichever that is, it is ours.
    const isUnsure = begun === "unsure";
    shell = isUnsure ? await startHere(what) : begun;
    const [recorder, bot] = await started(shell, { runDir, mark, isUnsure, counter });
    const init = recorder.wrapped ? initOf(bot, mark) : undefined;
    const { session } = recorder;
    return { botId, run, runDir, bot, recorder, init, session, startedAt: bot.at, adopted: false };
  } catch (error) {
    // The folder's own run may be alive: it is not ours.
    if (!isRefusal(error)) {
      const until = performance.now() + START_MS;
      await killTree(counter, { mark, session: () => shell?.pid }, () => performance.now() > until);
    }
    throw error;
  }
}

type Expected = { runDir: string; mark: string; isUnsure: boolean; counter: Counter };

/** Settles with recorder and bot when both are written down; fails when that can no longer come. */
function started({ pid, ended }: Shell, { runDir, mark, isUnsure, counter }: Expected): Promise<[Recorded, Recorded]> {
  const files = runFiles(runDir);
  return new Promise((settle, fail) => {
    let left = false;
    let askedAt = performance.now();
    // A folder that was used before holds the records of another session, and of processes that are older.
    const recorder = () => {
      const found = readIdentity(files.pid);
      return found && (isUnsure || found.session === pid) ? found : null;
    };
    function both(): boolean {
      // Asked first: it comes last.
      const bot = readIdentity(files.start);
      const shell = bot && recorder();
      if (!shell || !bot || Number(bot.start) < Number(shell.start)) return false;
      stop();
      settle([shell, bot]);
      return true;
    }
    function look(): boolean {
      if (both()) return true;
      if (!left) return false;
      const shell = recorder();
      if (!shell) ask();
      // The start record is looked for once more: it may have come while we looked for its writer.
      if (!shell || isAlive(shell) || both()) return false;
      return end(whyNot(runDir));
    }
    /** A shell that could not write who it is has gone without a word. */
    function ask() {
      if (performance.now() - askedAt < ASK_MS) return;
      askedAt = performance.now();
      void counter.fresh().then(
        ({ inSession, marked }) => {
          const isThere = inSession(pid).length > 0 || (isUnsure && marked.has(mark));
          if (!isThere && !recorder()) end(unwritable(runDir, "no pid record"));
        },
        () => {},
      );
    }
    const patiently = () => {
      try {
        return look();
      } catch (error) {
        return isShortage(error) ? false : end(error);
      }
    };
    function end(error: unknown): true {
      stop();
      fail(error);
      return true;
    }
    function stop() {
      clearTimeout(late);
      clearTimeout(next);
    }
    let next: NodeJS.Timeout | undefined;
    const lookIn = (ms: number) => {
      next = setTimeout(() => {
        if (!patiently()) lookIn(Math.min(LOOK_MS.most, ms * 1.5));
      }, ms);
    };
    lookIn(LOOK_MS.first);
    const late = setTimeout(() => end(new Error(`${runDir}: no start record after ${START_MS} ms`)), START_MS);
    void ended.then((how) => {
      left = true;
      // What it wrote tells as well.
      if (how === "unseen" || how.code === 0 || (how.code === TAKEN && isUnsure)) patiently();
      else if (how.code === TAKEN) end(running());
      else if (how.code === UNWRITABLE) end(unwritable(runDir, "pid"));
      else end(new Error(`${runDir}: the recording shell ended with ${how.code ?? how.signal}`));
    });
  });
}

/** The refusal of a second copy. */
export const running = () => new AppError("command_refused", { state: "running", command: "start" });

const isRefusal = (error: unknown) => error instanceof AppError && error.code === "command_refused";

const unwritable = (path: string, detail: string) => new AppError("disk_unwritable", { detail, path });

/** Why a shell that wrote who it is came to its end without a bot: what the sandbox said, or else the disk. */
function whyNot(runDir: string): Error {
  const exit = readExit(runDir, true);
  if (!exit || exit.code === UNWRITABLE) return unwritable(runDir, "start");
  const said = readSmall(runFiles(runDir).output, SAID)?.text.trim().split("\n").at(-1);
  return new Error(said || `${runDir}: ended before the bot was started`);
}

/** What the recording shell would make, `in` last, by which it sees that all are there. */
function fifosOf(runDir: string, confinement: LaunchSpec["confinement"]): string[] {
  const isWrapped = confinement !== undefined && confinement.wrap.length > 0;
  return [...(isWrapped ? [`${runDir}/born`, `${runDir}/held`] : []), runFiles(runDir).input];
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function makeFile(path: string): Promise<void> {
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  try {
    await file.chmod(0o600);
  } finally {
    await file.close();
  }
}

/** Makes the folder, the log and the exit record to be, which is watched from now on, for the owner's eyes only. */
async function makeRunDir(runDir: string): Promise<void> {
  try {
    await mkdir(runDir, { recursive: true, mode: 0o700 });
    await chmod(runDir, 0o700);
    const { output, exit } = runFiles(runDir);
    // Never emptied: the folder may be another run's, which is found out later. Whatever stands there that is no file is not waited for.
    await Promise.all([output, exit].map(makeFile));
  } catch (error) {
    throw unwritable(runDir, error instanceof Error ? error.message : "");
  }
}
