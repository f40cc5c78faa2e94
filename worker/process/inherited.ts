import { closeSync, readdirSync, readFileSync } from "node:fs";

const CLOEXEC = 0o2_000_000;

/**
 * Closes what whoever started the worker left open above stderr, which every bot would otherwise keep open for years: a
 * pipe that never ends, a lock that is never given back. Node sees to the first 16 itself, and opens all of its own so
 * that no child gets them; what a child would get is therefore a stranger's.
 */
export function closeInherited(): void {
  for (const name of readdirSync("/proc/self/fd")) {
    const fd = Number(name);
    try {
      const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1];
      if (fd > 2 && flags !== undefined && (Number.parseInt(flags, 8) & CLOEXEC) === 0) closeSync(fd);
    } catch {
      // The listing's own, closed by now.
    }
  }
}
