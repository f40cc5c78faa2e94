import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "../failure";

/** A program as a running PM2 lists it; `online` is its own word for wanted and started. */
export type Listed = { id: number; name: string; script: string; online: boolean };

/** A person's PM2, spoken to with its own program. */
export interface Pm2 {
  isAlive(): Promise<boolean>;
  /** What it runs now; empty when its daemon is not running, which is then not started either. */
  list(): Promise<Listed[]>;
  stop(id: number): Promise<void>;
  restart(id: number): Promise<void>;
  remove(id: number): Promise<void>;
  /** Writes its dump anew, so that nothing that was removed comes back with the next boot. */
  save(): Promise<void>;
}

const listed = z.array(
  z.object({
    name: z.coerce.string(),
    pm_id: z.number(),
    pm2_env: z.object({ pm_exec_path: z.string(), status: z.string() }),
  }),
);

/** PM2 waits for a program's kill_timeout before it answers, ms. */
const ANSWER_MS = 180_000;
/** What was stopped may take this long to be gone, ms. */
const GONE_MS = 10_000;

/** `home` is its PM2_HOME; `env` what its program is run with. */
export function openPm2(home: string, env: NodeJS.ProcessEnv): Pm2 {
  // Its own program where there is one: the versions then agree.
  const own = (env.PATH ?? "")
    .split(":")
    .map((folder) => join(folder, "pm2"))
    .find(isFile);
  const program = own ?? createRequire(import.meta.url).resolve("pm2/bin/pm2");

  const ask = (...args: string[]) =>
    new Promise<string>((settle, fail) => {
      const options = { env: { ...env, PM2_HOME: home }, timeout: ANSWER_MS, maxBuffer: 256 * 1024 ** 2 };
      execFile(process.execPath, [program, ...args], options, (error, out) => {
        if (!error) return settle(out);
        fail(new Failure("pm2_failed", `PM2 did not ${args[0]}: ${error.message.split("\n")[0] ?? ""}`, 1));
      });
    });

  return {
    isAlive: async () => isDaemonAlive(home),
    async list() {
      if (!isDaemonAlive(home)) return [];
      const out = await ask("jlist");
      // It may say something about itself before the list.
      const line = out.split("\n").find((one) => one.startsWith("["));
      return listed.parse(JSON.parse(line ?? "[]")).map(({ name, pm_id: id, pm2_env }) => ({
        name,
        id,
        script: pm2_env.pm_exec_path,
        online: pm2_env.status === "online",
      }));
    },
    stop: async (id) => void (await ask("stop", String(id))),
    restart: async (id) => void (await ask("restart", String(id))),
    remove: async (id) => void (await ask("delete", String(id))),
    save: async () => void (await ask("save", "--force")),
  };
}

/** Waits until no process runs a script any more; false when one still does. Bots of Botyard do not count. */
export async function isGone(script: string): Promise<boolean> {
  for (const until = Date.now() + GONE_MS; ; await sleep(100)) {
    if (runners(script).length === 0) return true;
    if (Date.now() > until) return false;
  }
}

/** Pids of processes that run a script and are not a bot of Botyard. */
export const runners = (script: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      // PM2 runs it inside a container of its own, which is titled after the script.
      const words = read(`/proc/${pid}/cmdline`)
        .split("\0")
        .flatMap((word) => word.split(" "));
      return words.slice(0, 40).includes(script) && !/(^|\0)BOTYARD_BOT=/.test(read(`/proc/${pid}/environ`));
    });

function isDaemonAlive(home: string): boolean {
  const pid = Number(read(join(home, "pm2.pid")).trim());
  return pid > 0 && /PM2|God Daemon/.test(read(`/proc/${pid}/cmdline`));
}

const isFile = (path: string): boolean => read(path) !== "";

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
