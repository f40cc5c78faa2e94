import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { bareEnv } from "../bare-env";
import type { Order, Report } from "./spawn-job";

/** How a shell ended; "unseen" when who started it went before. */
export type End = { code: number | null; signal: string | null } | "unseen";
/** A process that was started. */
export type Shell = { pid: number; ended: Promise<End> };
/** What to start. */
export type Start = Omit<Order, "id">;

export type SpawnsOptions = {
  /** So many starts in a second are made by the worker itself: for them it is not worth having a spawner. */
  few?: number;
  /** The command line of the spawner. */
  program?: readonly [string, ...string[]];
};

/** Starts processes without holding the worker up. */
export interface Spawns {
  /** "unsure" when the spawner went before it could say whether it was started. Rejects when it was not. */
  start(what: Start): Promise<Shell | "unsure">;
  /** Lets go of the spawner as soon as it has nothing more to do. */
  close(): void;
}

type Asked = { what: Start; settle: (shell: Shell | "unsure" | Promise<Shell>) => void; fail: (error: Error) => void };
type Spawner = {
  child: ChildProcess;
  isReady: boolean;
  /** Orders of which nothing was heard, and shells that have not ended, by the number of the order. */
  sent: Map<number, Asked>;
  running: Map<number, (end: End) => void>;
  stuck?: NodeJS.Timeout;
};

const FEW = 12;
const FEW_MS = 1_000;
/** Orders on their way: enough that it never waits for the next, and few that are in doubt when it is killed. */
const AT_ONCE = 8;
/** Nothing is heard of it, although it is asked for something: it hangs, ms. */
const STUCK_MS = 15_000;
/** It is let go when nothing was to be started for so long: it takes some 9 MB; ms. */
const IDLE_MS = 30_000;
/** It could not be started: the worker does by itself for so long, ms. */
const WITHOUT_MS = 60_000;
/** It is to be small. */
const HEAP = ["--max-old-space-size=64", "--max-semi-space-size=1", "--v8-pool-size=0"];

const id = z.number().int();
const report: z.ZodType<Report> = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id, pid: z.number().int().positive() }),
  z.object({ id, failed: z.string(), errno: z.string().optional() }),
  z.object({ id, code: z.number().nullable(), signal: z.string().nullable() }),
]);

/*
 *   few in a second ──▶ the worker starts them itself
 *   a crowd ──▶ waiting ──▶ the spawner is ready ──▶ sent ──▶ running ──▶ ended
 *                 ▲                │ was never         │ gone        │ gone
 *                 │                ▼                   ▼             ▼
 *               gone: another    the worker itself   "unsure"      "unseen"
 */

/** Opens the way to start processes; nothing runs before there is something to start. */
export function openSpawns({ few = FEW, program = besides() }: SpawnsOptions = {}): Spawns {
  const waiting: Asked[] = [];
  let spawner: Spawner | undefined;
  let count = 0;
  let alone: number[] = [];
  let withoutUntil = 0;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  function isCrowd(): boolean {
    const now = performance.now();
    if (now < withoutUntil) return false;
    alone = alone.filter((at) => now - at < FEW_MS);
    if (alone.length >= few) return true;
    alone.push(now);
    return false;
  }

  function go(): void {
    clearTimeout(idle);
    spawner ??= begin();
    if (!spawner) return;
    const { child, isReady, sent, running } = spawner;
    while (isReady && sent.size < AT_ONCE) {
      const asked = waiting.shift();
      if (!asked) break;
      const order: Order = { id: ++count, ...asked.what };
      sent.set(order.id, asked);
      // What could not be sent is answered for when the spawner is seen to be gone.
      child.send(order, () => {});
    }
    hurry(spawner);
    if (waiting.length + sent.size + running.size > 0) return;
    if (closed) end(spawner);
    else idle = setTimeout(end, IDLE_MS, spawner).unref();
  }

  /** Has it ended unless it is heard of soon. */
  function hurry(of: Spawner): void {
    clearTimeout(of.stuck);
    if (!of.isReady || of.sent.size > 0) of.stuck = setTimeout(() => of.child.kill("SIGKILL"), STUCK_MS).unref();
  }

  function begin(): Spawner | undefined {
    const [path, ...args] = program;
    try {
      const child = spawn(path, args, { cwd: "/", env: bareEnv({}), stdio: ["ignore", "ignore", "inherit", "ipc"] });
      const made: Spawner = { child, isReady: false, sent: new Map(), running: new Map() };
      child.unref();
      child.channel?.unref();
      child.on("message", (message: unknown) => {
        const said = report.safeParse(message);
        if (said.success) hear(made, said.data);
        // Another program than ours, or ours of another version: it is not to be relied on.
        else gone(made);
      });
      child.once("error", () => gone(made));
      // Comes after all that it said, and when nothing that it was just starting shares its end of the channel any more.
      child.once("disconnect", () => gone(made));
      return made;
    } catch {
      without();
      return undefined;
    }
  }

  function hear(from: Spawner, said: Report): void {
    if ("ready" in said) from.isReady = true;
    else if ("pid" in said) {
      const ended = new Promise<End>((settle) => from.running.set(said.id, settle));
      from.sent.get(said.id)?.settle({ pid: said.pid, ended });
      from.sent.delete(said.id);
    } else if ("failed" in said) {
      from.sent.get(said.id)?.fail(Object.assign(new Error(said.failed), said.errno && { code: said.errno }));
      from.sent.delete(said.id);
    } else {
      from.running.get(said.id)?.({ code: said.code, signal: said.signal });
      from.running.delete(said.id);
    }
    if (from === spawner) go();
  }

  function end(which: Spawner): void {
    if (spawner === which) spawner = undefined;
    clearTimeout(which.stuck);
    if (which.child.connected) which.child.disconnect();
  }

  function gone(which: Spawner): void {
    const { child, isReady, sent, running } = which;
    end(which);
    child.kill("SIGKILL");
    for (const { settle } of sent.values()) settle("unsure");
    for (const settle of running.values()) settle("unseen");
    sent.clear();
    running.clear();
    if (!isReady) without();
    else if (waiting.length > 0) go();
  }

  function without(): void {
    withoutUntil = performance.now() + WITHOUT_MS;
    void byItself();
  }

  /** One after the other, so that all else has its turn. */
  async function byItself(): Promise<void> {
    for (let asked = waiting.shift(); asked; asked = waiting.shift()) {
      asked.settle(startHere(asked.what));
      await new Promise((go) => setImmediate(go));
    }
  }

  return {
    start(what) {
      if (!spawner && !isCrowd()) return startHere(what);
      return new Promise((settle, fail) => {
        waiting.push({ what, settle, fail });
        go();
      });
    },
    close() {
      closed = true;
      if (spawner) go();
    },
  };
}

/** Starts it as a child of the worker, which is held up by as much as it is large: 4 ms at 120 MB. */
export async function startHere({ argv: [program, ...args], cwd, env }: Start): Promise<Shell> {
  // A session of its own: no terminal, no group and no worker takes the bot along when it goes.
  const child = spawn(program, args, { cwd, env: bareEnv(env), detached: true, stdio: "ignore" });
  child.unref();
  const ended = new Promise<End>((settle) => child.once("exit", (code, signal) => settle({ code, signal })));
  const { pid } = child;
  if (pid !== undefined) return { pid, ended };
  return new Promise((_, fail) => child.once("error", fail));
}

/** Beside the bundled worker lies the bundled spawner; from sources it is run as it is. */
function besides(): readonly [string, ...string[]] {
  const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  if (!import.meta.url.endsWith(".ts")) return [process.execPath, ...HEAP, beside("./spawner.mjs")];
  const tsx = createRequire(import.meta.url).resolve("tsx/cjs/api");
  const program = `require(${JSON.stringify(tsx)}).register(); require(${JSON.stringify(beside("./spawner.ts"))});`;
  return [process.execPath, ...HEAP, "--eval", program];
}
