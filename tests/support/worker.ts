import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "./sources";

/** Starts a real worker on a home and waits until it answers; answers with what stops it. */
export async function startWorker(home: string, more: Record<string, string> = {}): Promise<() => Promise<void>> {
  const worker = spawn(process.execPath, ["--import", "tsx", "worker/main.ts"], {
    cwd: root,
    env: { ...process.env, BOTYARD_HOME: home, BOTYARD_GATEWAY_PORT: "0", BOTYARD_SFTP_PORT: "off", ...more },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(worker, "exit").then(() => Promise.reject(new Error("the worker ended")));
  ended.catch(() => {});
  await Promise.race([once(worker, "message"), ended]);
  return async () => {
    if (worker.exitCode !== null) return;
    worker.kill("SIGTERM");
    await once(worker, "exit");
  };
}
