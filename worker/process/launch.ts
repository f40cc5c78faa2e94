import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, open, stat } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { bareEnv } from "../bare-env";
import type { LaunchSpec } from "../ports";
import { markOf, type Seen } from "./live";
import { isAlive, MARKER } from "./proc";
import { readIdentity, runFiles } from "./records";
import { TAKEN, type Wrap } from "./shell";
import type { Sight } from "./sight";

/** The recording shell needs some milliseconds; a machine that is short of everything may need this long. */
const START_MS = 20_000;
/** How often the start record is looked for when the file system does not report it, ms. */
const OFTEN_MS = 20;

export type LaunchPorts = { wrap: Wrap; bootId: string; sight: Sight };

/** Starts the recording shell of a run and settles when the bot is started and written down. */
export async function launchRun(spec: LaunchSpec, { wrap, bootId, sight }: LaunchPorts): Promise<Seen> {
  const { botId, run, runDir, cwd } = spec;
  await makeRunDir(runDir);
  if (
    !(await stat(cwd).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  ) {
    throw new AppError("folder_missing", { path: cwd });
  }
  const [program, ...args] = wrap(runDir, bootId, spec.argv);
  const child = spawn(program, args, {
    cwd,
    env: bareEnv({ ...spec.env, [MARKER]: markOf(botId, run) }),
    // A session of its own: no terminal, no group and no worker takes the bot along when it goes.
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  await started(child, runDir, sight);

  const { pid, start } = runFiles(runDir);
  const bot = readIdentity(start);
  if (!bot) throw new Error(`the start record of ${markOf(botId, run)} cannot be read`);
  const recorder = readIdentity(pid) ?? undefined;
  const session = recorder?.session ?? bot.session;
  return { botId, run, runDir, bot, recorder, session, startedAt: bot.at, adopted: false };
}

/** Settles when the start record is there; fails when it can no longer come. */
function started(child: ChildProcess, runDir: string, sight: Sight): Promise<void> {
  const files = runFiles(runDir);
  return new Promise((settle, fail) => {
    let left = false;
    // A folder that was used before holds the records of another session.
    const record = (path: string) => {
      const found = readIdentity(path);
      return found && found.session === child.pid ? found : null;
    };
    function look(): boolean {
      if (record(files.start)) return end();
      const recorder = record(files.pid);
      // The start record is looked for once more: it may have come while we looked for its writer.
      if (!left || !recorder || isAlive(recorder) || record(files.start)) return false;
      return end(new Error(`${runDir}: the recording shell ended before the bot was started`));
    }
    function end(error?: Error): true {
      stop();
      clearTimeout(late);
      clearInterval(often);
      if (error) fail(error);
      else settle();
      return true;
    }
    const stop = sight.on(runDir, look);
    const often = setInterval(look, OFTEN_MS);
    const late = setTimeout(() => end(new Error(`${runDir}: no start record after ${START_MS} ms`)), START_MS);
    child.once("error", end);
    child.once("exit", (code, signal) => {
      left = true;
      if (code === TAKEN) end(running());
      else if (code !== 0) end(new Error(`${runDir}: the recording shell ended with ${code ?? signal}`));
      else look();
    });
  });
}

/** The refusal of a second copy. */
export const running = () => new AppError("command_refused", { state: "running", command: "start" });

/** Makes the folder and the log, for the owner's eyes only. */
async function makeRunDir(runDir: string): Promise<void> {
  try {
    await mkdir(runDir, { recursive: true, mode: 0o700 });
    await chmod(runDir, 0o700);
    const log = await open(runFiles(runDir).output, "a", 0o600);
    await log.chmod(0o600);
    await log.close();
  } catch (error) {
    throw new AppError("disk_unwritable", { detail: error instanceof Error ? error.message : "", path: runDir });
  }
}
