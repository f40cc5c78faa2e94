import { readFileSync } from "node:fs";

/*
 * A process of this machine by its number and the moment it began, in the kernel's own count: the number alone is given anew. Where the
 * kernel tells no moment there is only the number.
 */

/** This one. */
export const thisProcess = (): string => markOf(process.pid);

/** One that lives. */
export const markOf = (pid: number): string => `${pid}:${beginning(pid)}`;

/** Whether it lives still. */
export function isAlive(mark: string): boolean {
  const [pid, began] = mark.split(":");
  if (!Number(pid)) return false;
  if (began) return beginning(Number(pid)) === began;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

// Field 22; the name before the others may hold spaces and brackets.
function beginning(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
