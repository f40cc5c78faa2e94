import { spawn } from "node:child_process";
import { once } from "node:events";
import { workerOf } from "../../src/server/worker";
import { root } from "./sources";

/** Starts a real worker on a home and waits until it answers; answers with what stops it. */
export async function startWorker(home: string, more: Record<string, string> = {}): Promise<() => Promise<void>> {
  const worker = spawn(process.execPath, ["--import", "tsx", "worker/main.ts"], {
    cwd: root,
    env: { ...process.env, BOTYARD_HOME: home, BOTYARD_GATEWAY_PORT: "0", BOTYARD_SFTP_PORT: "off", ...more },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(worker, "exit");
  const early = ended.then(() => Promise.reject(new Error("the worker ended")));
  early.catch(() => {});
  await Promise.race([once(worker, "message"), early]);
  return async () => {
    worker.kill("SIGTERM");
    await ended;
  };
}

/**
 * Removes every bot that the worker of a home knows, whatever became of its rows: a bot outlives its worker, and a test that failed half way
 * has not ended it. Where no worker answers any more, one is started for it.
 */
export async function endBots(home: string): Promise<void> {
  const known = () => workerOf().ask("bots.live", {});
  let stop = async () => {};
  const { live } = await known().catch(async () => {
    stop = await startWorker(home);
    return known();
  });
  await Promise.all(Object.keys(live).map((botId) => workerOf().ask("bots.remove", { botId })));
  await stop();
}
