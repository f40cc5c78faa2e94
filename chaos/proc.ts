import { readdirSync, readFileSync } from "node:fs";

/** A process, named for good by its number and the moment it began (clock ticks since boot). */
export type Proc = { pid: number; began: string; state: string };

/** Undefined when it is gone; a zombie is. */
export function lookAt(pid: number): Proc | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state = "", began = ""] = [fields[0], fields[19]];
    return state === "Z" || state === "X" ? undefined : { pid, began, state };
  } catch {
    return undefined;
  }
}

/** Whether exactly this process is still there. */
export const lives = ({ pid, began }: Proc): boolean => lookAt(pid)?.began === began;

/** The numbers of all processes. */
export const everyPid = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function textOf(pid: number, what: "environ" | "cmdline"): string[] {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1").split("\0");
  } catch {
    return [];
  }
}

export const commandLine = (pid: number): string[] => textOf(pid, "cmdline");
export const hasEnv = (pid: number, entry: string): boolean => textOf(pid, "environ").includes(entry);

/** A process that carries the mark of a bot's run. */
export type Marked = Proc & { botId: string; run: number };

/** Everything that runs under the mark of one of these bots. */
export function markedOf(isOurs: (botId: string) => boolean): Marked[] {
  return everyPid().flatMap((pid) => {
    const mark = textOf(pid, "environ").find((entry) => entry.startsWith("BOTYARD_BOT="));
    const match = mark && /^BOTYARD_BOT=([a-z0-9]{10}):(\d+)$/.exec(mark);
    const proc = match ? lookAt(pid) : undefined;
    const [, botId = "", run = ""] = match || [];
    return proc && isOurs(botId) ? [{ ...proc, botId, run: Number(run) }] : [];
  });
}

/** Processes that were started for this home: they carry it in their environment or their command line. */
export function startedFor(home: string): Proc[] {
  return everyPid().flatMap((pid) => {
    if (pid === process.pid) return [];
    const own =
      hasEnv(pid, `BOTYARD_HOME=${home}`) ||
      hasEnv(pid, `PM2_HOME=${home}/pm2`) ||
      commandLine(pid).includes(`${home}/postgres/data`);
    const proc = own ? lookAt(pid) : undefined;
    return proc ? [proc] : [];
  });
}

/** Sends a signal to exactly this process; false when it is gone. */
export function signal(proc: Proc, name: NodeJS.Signals): boolean {
  if (!lives(proc)) return false;
  try {
    return process.kill(proc.pid, name);
  } catch {
    return false;
  }
}
