import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { stopServer } from "#launcher/postgres/server";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the Postgres that all test files share is started by the first that asks; see postgres.ts. */
    postgresFolder: string;
  }
}

/** Names the folder of the shared Postgres, and ends it after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "bypg-"));
  project.provide("postgresFolder", folder);
  return async () => {
    await stopServer(join(folder, "p"));
    await rm(folder, { recursive: true, force: true });
  };
}
