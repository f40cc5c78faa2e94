import { spawn } from "node:child_process";
import type { Order, Report } from "./spawn-job";

/*
 * A small process that starts recording shells for the worker: to start one is to copy the whole process that starts it (fork), which
 * takes a small one a quarter of the worker's time, and takes that time beside the worker instead of holding it up. It knows nothing,
 * keeps nothing and ends when the worker does; what it started is in a session of its own and runs on. It imports nothing but Node.
 */

function tell(report: Report): void {
  // Whom it would be told may be gone by now.
  if (process.connected) process.send?.(report, undefined, undefined, () => {});
}

function start({ id, argv: [program, ...args], cwd, env }: Order): void {
  const failed = (error: unknown) =>
    tell({
      id,
      failed: error instanceof Error ? error.message : String(error),
      ...(error instanceof Error && "code" in error && typeof error.code === "string" ? { errno: error.code } : {}),
    });
  try {
    const shell = spawn(program, args, {
      cwd,
      env: Object.assign(Object.create(null), env),
      detached: true,
      stdio: "ignore",
    });
    if (shell.pid === undefined) shell.once("error", failed);
    else tell({ id, pid: shell.pid });
    shell.once("exit", (code, signal) => tell({ id, code, signal }));
  } catch (error) {
    failed(error);
  }
}

function isOrder(message: unknown): message is Order {
  if (typeof message !== "object" || message === null) return false;
  if (!("id" in message && "cwd" in message && "argv" in message && "env" in message)) return false;
  const { id, cwd, argv, env } = message;
  const isWords = Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === "string");
  return typeof id === "number" && typeof cwd === "string" && isWords && typeof env === "object" && env !== null;
}

process.on("message", (message: unknown) => {
  if (isOrder(message)) start(message);
  else process.exit(1);
});
process.on("disconnect", () => process.exit(0));
// What is sent to the worker's whole group is for the worker, which lets go of this one when it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
tell({ ready: true });
