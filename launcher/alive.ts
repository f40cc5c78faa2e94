import { readFileSync } from "node:fs";

/** Whether a process lives. On Linux a zombie is dead. */
export function alive(pid: number): boolean {
  if (process.platform === "linux") return readStat(pid) !== undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** When a process began, in the kernel's own count: with the pid it names one process for good. Empty where that is unknown. */
export const beginning = (pid: number): string => readStat(pid)?.at(-1) ?? "";

// State to start time: fields 3 to 22; the name before them may hold spaces and brackets.
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields.slice(0, 20);
  } catch {
    return undefined;
  }
}

/** Whether a process has something to do now, or waits for its turn to. False where that is unknown. */
export const busy = (pid: number): boolean => ["R", "D"].includes(readStat(pid)?.[0] ?? "");

/** Resolves true as soon as `met` is, false after `withinMs`. */
export async function until(met: () => boolean | Promise<boolean>, withinMs: number, everyMs = 50): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await met()) return true;
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Sends a signal to a process that may be gone already. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
