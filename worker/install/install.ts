import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { BotId } from "#contracts/bot";
import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { bareEnv } from "../bare-env";
import { entering } from "../isolation/index";
import type { Installer, Step } from "../ports/index";
import { createCounter } from "../process/census";
import { MARKER } from "../process/proc";
import { killTree } from "../process/tree";
import { openTranscript } from "./transcript";

const TIME_LIMIT_MS = 15 * 60_000;
const LET_GO_MS = 2_000;
/** What cannot be killed within this (it hangs in the kernel) holds up no install, ms. */
const KILL_MS = 10_000;

export type InstallerOptions = { timeLimitMs?: number; logBytes?: number; askMs?: number };

/** A question is answered within this, ms, and with no more than this, bytes. */
const ASK_MS = 2 * 60_000;
const ANSWER_BYTES = 16 * 1024 * 1024;

type Output = { out(piece: Buffer): void; err(piece: Buffer): void };
type Ended = { code: number | null; signal: string | null; error?: Error };

/**
 * Installs dependencies: the steps of a plan one after the other, until one fails. Each runs in a process group of its
 * own and carries BOTYARD_BOT=<bot>:install, so that nothing it forks outlives it. They are other people's code (postinstall
 * scripts, setup.py), and run confined as the bot itself will.
 */
export function createInstaller({
  timeLimitMs = TIME_LIMIT_MS,
  logBytes,
  askMs = ASK_MS,
}: InstallerOptions = {}): Installer {
  return {
    async run(botId, plan, { logFile, signal, confinement }) {
      const began = Date.now();
      mkdirSync(dirname(logFile), { recursive: true });
      const transcript = openTranscript(logFile, logBytes);
      const clock = new AbortController();
      const timer = setTimeout(() => clock.abort(), timeLimitMs);
      const stop = AbortSignal.any([signal, clock.signal]);
      const failed = (cancelled: boolean) => ({ ok: false, cancelled, lastLines: transcript.lastLines() }) as const;
      try {
        // An install that a killed worker left behind would write into the same folder.
        await killMarked(installOf(botId));
        for (const step of plan.steps) {
          if (stop.aborted) break;
          transcript.say(fill(en.installLog.command, { command: step.argv.map(show).join(" ") }));
          const argv = confinement ? entering(confinement, step.argv) : step.argv;
          const output = { out: transcript.write, err: transcript.write };
          const ended = await runStep(installOf(botId), { ...step, argv }, output, stop);
          await killMarked(installOf(botId));
          if (stop.aborted) break;
          if (ended.code !== 0) {
            transcript.say(howItEnded(step.argv[0], ended));
            return failed(false);
          }
        }
        if (signal.aborted) transcript.say(en.installLog.cancelled);
        else if (stop.aborted)
          transcript.say(fill(en.installLog.tooLong, { minutes: Math.round(timeLimitMs / 60_000) }));
        if (stop.aborted) return failed(signal.aborted);
        const ms = Date.now() - began;
        transcript.say(fill(en.installLog.done, { seconds: (ms / 1000).toFixed(1) }));
        return { ok: true, ms };
      } finally {
        clearTimeout(timer);
        transcript.close();
      }
    },
    async ask(botId, step, { signal, confinement }) {
      const argv = confinement ? entering(confinement, step.argv) : step.argv;
      const [out, err] = [openAnswer(), openAnswer()];
      // A timer of our own: one of AbortSignal.timeout can be collected before it fires, and then nothing ends the wait.
      const clock = new AbortController();
      const timer = setTimeout(() => clock.abort(), askMs);
      const stop = AbortSignal.any([signal, clock.signal]);
      try {
        if (stop.aborted) return { code: null, out: "", err: "" };
        const ended = await runStep(askOf(botId), { ...step, argv }, { out: out.take, err: err.take }, stop);
        await killMarked(askOf(botId));
        return { code: stop.aborted ? null : ended.code, out: out.text(), err: err.text() };
      } finally {
        clearTimeout(timer);
      }
    },
    async sweep(botId) {
      await Promise.all([installOf(botId), askOf(botId)].map(killMarked));
    },
  };
}

function openAnswer() {
  const pieces: Buffer[] = [];
  let left = ANSWER_BYTES;
  return {
    take(piece: Buffer) {
      pieces.push(piece.subarray(0, left));
      left -= Math.min(left, piece.length);
    },
    text: () => Buffer.concat(pieces).toString("utf8"),
  };
}

/** Runs one step to its end; its output is whole by then, unless something it left behind held on to it. */
function runStep(mark: string, { argv, cwd, env }: Step, output: Output, stop: AbortSignal): Promise<Ended> {
  const [program, ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: bareEnv({ ...env, [MARKER]: mark }),
    });
    const onStop = () => killGroup(child);
    stop.addEventListener("abort", onStop, { once: true });
    const end = (ended: Ended) => {
      stop.removeEventListener("abort", onStop);
      resolve(ended);
    };
    child.stdout.on("data", output.out);
    child.stderr.on("data", output.err);
    child.once("error", (error) => end({ code: null, signal: null, error }));
    child.once("exit", () => {
      killGroup(child);
      void killMarked(mark);
      // Something that took off its marker may hold the pipes for ever; it does not hold up the install.
      const letGo = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LET_GO_MS);
      child.once("close", () => clearTimeout(letGo));
    });
    child.once("close", (code, signal) => end({ code, signal }));
  });
}

/** What the processes of an install carry. */
const installOf = (botId: BotId) => `${botId}:install`;
/** Those of a question begin otherwise: a bot may be started while one is asked, and what carries its own name is in its way. */
const askOf = (botId: BotId) => `ask:${botId}`;
const counter = createCounter();

/** Kills whatever carries a mark, and what that started. */
function killMarked(mark: string): Promise<void> {
  const until = performance.now() + KILL_MS;
  return killTree(counter, { mark: (one) => one === mark }, () => performance.now() > until);
}

/** Kills what is left of a step's group; a daemon that left the group is found by its marker. */
function killGroup({ pid }: ChildProcess) {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // None is left.
  }
}

function howItEnded(program: string, { code, signal, error }: Ended): string {
  if (error) return fill(en.installLog.notStarted, { program, detail: error.message });
  if (signal !== null) return fill(en.installLog.signalled, { program, signal });
  return fill(en.installLog.failed, { program, code: code ?? "?" });
}

/** An argument as a person would type it; only ever shown. */
const show = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
