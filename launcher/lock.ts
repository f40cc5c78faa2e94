import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { alive, beginning } from "./alive";
import { Refusal } from "./refusal";

const holder = z.object({ pid: z.number().int().positive(), began: z.string() });

/** Who holds a home's lock, if that process still lives. */
export function lockHolder(file: string): { pid: number } | undefined {
  try {
    const held = holder.parse(JSON.parse(readFileSync(file, "utf8")));
    return alive(held.pid) && beginning(held.pid) === held.began ? { pid: held.pid } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock of a home for this process; answers with what gives it back. The lock of a launcher that was killed is
 * taken over. Refusal home_in_use.
 */
export function takeLock(file: string, home: string): () => void {
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, began: beginning(process.pid) }), {
        flag: "wx",
        mode: 0o600,
      });
      return () => {
        if (lockHolder(file)?.pid === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const other = lockHolder(file);
    if (other) throw new Refusal("home_in_use", { home, pid: other.pid });
    putAside(file, home);
  }
}

// Moved, then looked at again: between the two looks another launcher may have taken the stale lock over.
function putAside(file: string, home: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const other = lockHolder(aside);
  if (other) {
    renameSync(aside, file);
    throw new Refusal("home_in_use", { home, pid: other.pid });
  }
  rmSync(aside, { force: true });
}
