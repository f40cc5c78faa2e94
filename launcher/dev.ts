import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alive, send, until } from "./alive";
import { countRunning } from "./bots";
import { openDatabase } from "./database";
import { localUrl, waitUntilWell } from "./health";
import { migrate } from "./migrate";
import { programEnv } from "./pm2";
import type { Voice } from "./progress";
import { makeSetupCode } from "./setup-link";
import { goOn, type HeldHome, takeOver } from "./start";
import { listenForStop } from "./stop-request";

/** Runs web and worker from their sources, each reloading on a change; bots outlive the worker's reloads. */
export async function runDevelopment(held: HeldHome, { say, step }: Voice): Promise<void> {
  const { settings, paths, release } = held;
  const stop = listenForStop();
  const children: ChildProcess[] = [];
  await takeOver(held, step);
  const database = await step("Starting Postgres", () => openDatabase(settings, paths));
  try {
    await migrate(database.url, join(settings.root, "prisma/migrations"));
    const env = {
      ...programEnv(settings, paths),
      NODE_ENV: "development" as const,
      NEXT_TELEMETRY_DISABLED: "1",
      FORCE_COLOR: process.stdout.isTTY ? "1" : undefined,
    };
    const program = (script: string, ...args: string[]) =>
      spawn(process.execPath, [join(settings.root, "node_modules", script), ...args], {
        cwd: settings.root,
        env,
        stdio: ["ignore", "inherit", "inherit"],
        detached: true,
      });
    children.push(program("tsx/dist/cli.mjs", "watch", "--clear-screen=false", "worker/main.ts"));
    children.push(program("next/dist/bin/next", "dev", "-H", settings.host, "-p", String(settings.port)));
    const url = localUrl(settings);
    const gone = Promise.race(children.map((child) => new Promise((resolve) => child.once("exit", resolve))));
    await Promise.race([waitUntilWell(url, paths, stop.asked), gone]);
    if (!stop.asked() && children.every((child) => child.exitCode === null)) {
      writeFileSync(paths.address, `${url}\n`);
      const code = await makeSetupCode(database.url);
      say(
        `Botyard (development) is ready at ${url}${code ? `\nMake the first account here: ${url}/setup#${code}` : ""}`,
      );
      await Promise.race([stop.wait(), gone]);
    }
  } finally {
    const running = await countRunning(paths);
    rmSync(paths.address, { force: true });
    await Promise.all(children.map(end));
    await database.stop();
    say(running === 0 ? "Stopped. No bot runs." : goOn(running));
    stop.close();
    release();
  }
}

async function end(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  send(pid, "SIGTERM");
  await until(() => !alive(pid), 10_000);
  // What it may have left of its own group; bots are in groups of theirs.
  send(-pid, "SIGKILL");
}
