import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/** A step failed; its message is for the person, with what the program said last. */
export class StepFailed extends Error {}

const running = new Set();
let forwarding = false;

// Ctrl-C reaches children by the terminal; a SIGTERM from elsewhere does not.
function forwardSignals() {
  if (forwarding) return;
  forwarding = true;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.on(signal, () => {
      if (running.size === 0 && process.listenerCount(signal) > 1) return;
      for (const child of running) child.kill(signal);
      process.exit(code);
    });
  }
}

/**
 * Runs a program of ours with its output going straight through; resolves with the exit code. It sees the environment of
 * the person, without what npm adds for its scripts: a test must not pass or fail by that.
 */
export function runOpen(file, args, { env = {} } = {}) {
  forwardSignals();
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  const child = spawn(file, args, { cwd: root, env: { ...Object.fromEntries(own), ...env }, stdio: "inherit" });
  return ended(child);
}

/** Runs a program quietly; a failure carries the last lines it said. Resolves with all it said. */
export async function runQuiet(what, file, args, { env = {}, cwd = root } = {}) {
  forwardSignals();
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      said = (said + text).slice(-200_000);
    });
  const code = await ended(child);
  if (code !== 0) {
    const lines = said.trimEnd().split("\n").slice(-40);
    throw new StepFailed(`${what} failed (exit ${code}):\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }
  return said;
}

function ended(child) {
  running.add(child);
  return new Promise((resolve) => {
    child.once("error", (error) => {
      running.delete(child);
      console.error(error.message);
      resolve(127);
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
}

/** Runs npm itself: the one that runs us, or the one beside this Node. */
export function npmCommand(...args) {
  const own = process.env.npm_execpath;
  return own && /npm-cli\.js$/.test(own) ? [process.execPath, [own, ...args]] : ["npm", args];
}
