import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BotId, botId } from "#contracts/bot";
import type { HomePaths } from "#contracts/home";
import type { ProcessState } from "#contracts/process";
import { rpc } from "#contracts/rpc";
import { alive, send, until } from "./alive";
import { askWorker } from "./worker-client";

/** What runs of a home's bots, as the worker says; undefined when it is away. */
export async function liveBots(paths: HomePaths): Promise<{ botId: BotId; state: ProcessState }[] | undefined> {
  try {
    const { live } = rpc["bots.live"].output.parse(await askWorker(paths.workerSocket, "bots.live", {}));
    return Object.entries(live).map(([id, bot]) => ({ botId: botId.parse(id), state: bot.status.state }));
  } catch {
    return undefined;
  }
}

const hasProcess = (state: ProcessState): boolean => ["starting", "running", "stopping"].includes(state);

/** How many bots run: as the worker says, or, when it is away, by their marker. */
export async function countRunning(paths: HomePaths): Promise<number> {
  const live = await liveBots(paths);
  if (live) return live.filter(({ state }) => hasProcess(state)).length;
  return new Set(markedProcesses(paths).map(({ botId: id }) => id)).size;
}

/** Whether a bot in this state is on its way or there, with or without a process at this moment. */
export const isUp = (state: ProcessState): boolean => hasProcess(state) || state === "preparing" || state === "backoff";

/** Has the worker stop every bot, each by its own policy; false when some are still up after `withinMs`. */
export async function stopBots(paths: HomePaths, withinMs: number): Promise<boolean> {
  const up = (await liveBots(paths))?.filter(({ state }) => isUp(state)) ?? [];
  await Promise.all(
    up
      .filter(({ state }) => state !== "stopping")
      .map(({ botId: id }) =>
        askWorker(paths.workerSocket, "bots.command", { botId: id, command: "stop" }).catch(() => {}),
      ),
  );
  return until(async () => !(await liveBots(paths))?.some(({ state }) => isUp(state)), withinMs, 200);
}

/** Processes of this home's bots, found without the worker by the marker that every process of a run carries. */
export function markedProcesses(paths: HomePaths): { pid: number; botId: string }[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const [id, run] = pid > 1 ? markerOf(pid) : [];
    // A marker alone says little: another home on this machine has bots too.
    return id && run && existsSync(join(paths.bots, id, "runs", run)) ? [{ pid, botId: id }] : [];
  });
}

function markerOf(pid: number): string[] {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const marker = entries.find((entry) => entry.startsWith("BOTYARD_BOT="))?.slice("BOTYARD_BOT=".length) ?? "";
    return /^[a-z0-9]{10}:\d+$/.test(marker) ? marker.split(":") : [];
  } catch {
    return [];
  }
}

/** Ends every marked process: asked first, killed after `graceMs`. */
export async function endMarked(paths: HomePaths, graceMs: number): Promise<void> {
  const found = markedProcesses(paths);
  for (const { pid } of found) send(pid, "SIGTERM");
  await until(() => found.every(({ pid }) => !alive(pid)), graceMs);
  // Anew each time, since a dying bot may still fork.
  await until(() => {
    const left = markedProcesses(paths);
    for (const { pid } of left) send(pid, "SIGKILL");
    return left.length === 0;
  }, 5_000);
}
