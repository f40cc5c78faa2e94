import { readFileSync } from "node:fs";

const MB = 1024 * 1024;
const EVERY_MS = 25;

/** Memory of a process that no file stands behind, MB. */
function anonymous(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return (Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024) / MB;
}

/** The most that each process took while `work` lasted, above what it took before, MB. */
export async function peaksAbove<Name extends string>(
  pids: Readonly<Record<Name, number>>,
  work: () => Promise<void>,
): Promise<Record<Name, number>> {
  const names = Object.keys(pids) as Name[];
  const before = new Map(names.map((name) => [name, anonymous(pids[name])]));
  const most = new Map(before);
  const look = () => {
    for (const name of names) most.set(name, Math.max(most.get(name) ?? 0, anonymous(pids[name])));
  };
  const looking = setInterval(look, EVERY_MS);
  try {
    await work();
    look();
  } finally {
    clearInterval(looking);
  }
  return Object.fromEntries(names.map((name) => [name, (most.get(name) ?? 0) - (before.get(name) ?? 0)])) as Record<
    Name,
    number
  >;
}
