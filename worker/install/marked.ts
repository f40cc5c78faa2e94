import { readdir, readFile } from "node:fs/promises";

const ROUNDS = 50;

/** Kills every process whose environment carries exactly this marker, and settles when none is left. */
export async function killMarked(marker: string): Promise<void> {
  const wanted = Buffer.from(`\0${marker}\0`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = await marked(wanted);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    // A killed process keeps its entry until it is reaped; look again shortly.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function marked(wanted: Buffer): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    // Other people's processes cannot be read, and a zombie's environment is empty.
    const environ = await readFile(`/proc/${entry}/environ`).catch(() => undefined);
    if (environ && Buffer.concat([Buffer.from("\0"), environ, Buffer.from("\0")]).includes(wanted))
      found.push(Number(entry));
  }
  return found;
}
