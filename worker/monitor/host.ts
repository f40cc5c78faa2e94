import { readFile, statfs } from "node:fs/promises";
import { mem } from "systeminformation";
import type { HostSample } from "#contracts/host";

/** The disk is asked less often: it changes slowly, ms. */
const DISK_MS = 10_000;

type Disk = Pick<HostSample, "diskUsed" | "diskTotal">;
type Bytes = { in: number; out: number };
/** Time of all cores together since boot, in ticks: what was worked, and all of it. */
type Cores = { busy: number; all: number };

/** Measures the machine. Nothing here starts a process: it is asked every two seconds for as long as the worker lives. */
export function createHostProbe(home: string): () => Promise<HostSample> {
  let disk: Disk & { at: number } = { diskUsed: 0, diskTotal: 0, at: Number.NEGATIVE_INFINITY };
  let last: (Bytes & { at: number }) | undefined;
  let cores: Cores = { busy: 0, all: 0 };

  return async () => {
    const [worked, memory, net] = await Promise.all([readCores(), mem(), readNet()]);
    const now = performance.now();
    if (now - disk.at >= DISK_MS) disk = { ...(await readDisk(home)), at: now };
    const seconds = last ? Math.max(0.001, (now - last.at) / 1_000) : 1;
    const rate = (which: keyof Bytes) => Math.max(0, Math.round((net[which] - (last ?? net)[which]) / seconds));
    const sample: HostSample = {
      at: Date.now(),
      cpu: shareOf(cores, worked),
      memoryUsed: memory.total - memory.available,
      memoryTotal: memory.total,
      diskUsed: disk.diskUsed,
      diskTotal: disk.diskTotal,
      netIn: rate("in"),
      netOut: rate("out"),
    };
    last = { ...net, at: now };
    cores = worked;
    return sample;
  };
}

/** systeminformation's currentLoad starts a shell for each answer, which takes the worker's thread some 20 ms: see docs/decisions/0013. */
async function readCores(): Promise<Cores> {
  return sumCores(await readFile("/proc/stat", "utf8").catch(() => ""));
}

/** Reads the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. Guests are in user already. Pure. */
export function sumCores(text: string): Cores {
  const [, ...columns] = text
    .slice(0, Math.max(0, text.indexOf("\n")))
    .trim()
    .split(/\s+/);
  const ticks = columns.slice(0, 8).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}

/** Percent of the time between two readings that was worked. Pure. */
export function shareOf(before: Cores, now: Cores): number {
  const share = (now.busy - before.busy) / Math.max(1, now.all - before.all);
  return Math.min(100, Math.max(0, Math.round(share * 1_000) / 10));
}

/** As df counts: what is neither free nor kept for root. */
async function readDisk(home: string): Promise<Disk> {
  const { bsize, blocks, bfree, bavail } = await statfs(home);
  return { diskUsed: (blocks - bfree) * bsize, diskTotal: (blocks - bfree + bavail) * bsize };
}

/** Bytes of every interface but loopback since boot; zero where the system does not say. */
async function readNet(): Promise<Bytes> {
  return sumNet(await readFile("/proc/net/dev", "utf8").catch(() => ""));
}

/** Adds up /proc/net/dev: name, then eight numbers received, then eight sent; bytes come first of each. Pure. */
export function sumNet(text: string): Bytes {
  const sum = { in: 0, out: 0 };
  for (const line of text.split("\n")) {
    const [name, numbers] = line.split(":");
    if (numbers === undefined || name?.trim() === "lo") continue;
    const columns = numbers.trim().split(/\s+/).map(Number);
    sum.in += columns[0] ?? 0;
    sum.out += columns[8] ?? 0;
  }
  return sum;
}
