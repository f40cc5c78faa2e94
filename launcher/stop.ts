import { homePaths } from "#contracts/home";
import { alive, send, until } from "./alive";
import { endMarked, isUp, liveBots, markedProcesses, stopBots } from "./bots";
import type { Settings } from "./env";
import { lockHolder } from "./lock";
import type { Voice } from "./progress";
import { Refusal } from "./refusal";
import { stopLeftovers } from "./start";

/** The longest stop policy is two minutes, then the tree is killed. */
const BOTS_WITHIN_MS = 150_000;
const GRACE_MS = 10_000;

/** What happens to the bots; "ask" puts the question to the person. */
export type BotsWish = "keep" | "stop";

/** Stops the panel of a home from outside, and the bots if that is wished. Refusal bots_alive. */
export async function stopPanel(
  settings: Settings,
  voice: Voice,
  wish: (running: number) => Promise<BotsWish>,
): Promise<void> {
  const paths = homePaths(settings.home);
  const launcher = lockHolder(paths.launcherLock);
  const live = await liveBots(paths);
  const running = live
    ? live.filter(({ state }) => isUp(state)).length
    : new Set(markedProcesses(paths).map(({ botId }) => botId)).size;
  const end = running > 0 && (await wish(running)) === "stop";
  if (end && live) await voice.step(`Stopping ${count(running)}`, () => stopBots(paths, BOTS_WITHIN_MS));

  const stopped = launcher
    ? await voice.step("Stopping the panel", () => endLauncher(launcher.pid))
    : await stopLeftovers(settings, paths);

  // Without a worker nobody else can; with one, what it left behind.
  if (end && markedProcesses(paths).length > 0) {
    await voice.step("Ending what is left of the bots", () => endMarked(paths, live ? 0 : GRACE_MS));
    const left = new Set(markedProcesses(paths).map(({ botId }) => botId)).size;
    if (left > 0) throw new Refusal("bots_alive", { count: left });
  }
  if (!stopped && running === 0) return voice.say(new Refusal("nothing_runs", { home: settings.home }).message);
  voice.say(outcome({ running, end, byWorker: live !== undefined }));
}

function outcome({ running, end, byWorker }: { running: number; end: boolean; byWorker: boolean }): string {
  if (running === 0) return "Botyard is stopped.";
  if (!end) return `Botyard is stopped; ${count(running)} kept running.`;
  const again = byWorker
    ? ""
    : " The worker was not there to note it: a bot whose restart policy takes this for a failure starts again with the next npm start.";
  return `Botyard is stopped, and so ${running === 1 ? "is" : "are"} ${count(running)}.${again}`;
}

const count = (bots: number): string => (bots === 1 ? "1 bot" : `${bots} bots`);

async function endLauncher(pid: number): Promise<boolean> {
  send(pid, "SIGTERM");
  if (!(await until(() => !alive(pid), 45_000, 100))) {
    // A second request hurries it.
    send(pid, "SIGTERM");
    await until(() => !alive(pid), 15_000, 100);
  }
  return true;
}
