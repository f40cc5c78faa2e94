import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { alive, beginning } from "#launcher/alive";
import { stopServer } from "#launcher/postgres/server";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the Postgres that all test files share is started by the first that asks; see postgres.ts. */
    postgresFolder: string;
  }
}

/** Names the folder of the shared Postgres, and ends it after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), "bypg-"));
  writeFileSync(join(folder, "owner"), `${process.pid} ${beginning(process.pid)}`);
  project.provide("postgresFolder", folder);
  return () => end(folder);
}

async function end(folder: string): Promise<void> {
  await stopServer(join(folder, "p"));
  await rm(folder, { recursive: true, force: true });
}

// A run that was killed could not end its own.
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (name.startsWith("bypg-") && isOrphan(folder)) await end(folder);
  }
}

function isOrphan(folder: string): boolean {
  try {
    const [pid, began] = readFileSync(join(folder, "owner"), "utf8").split(" ");
    return !alive(Number(pid)) || beginning(Number(pid)) !== began;
  } catch {
    // Of another kind, or just being made.
    return false;
  }
}
