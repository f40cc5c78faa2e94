import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { homePaths } from "#contracts/home";
import { migrate } from "#launcher/migrate";
import { startServer } from "#launcher/postgres/server";
import { database } from "#prisma/db";
import { openFakeWorker } from "../../src/server/testing/worker";
import { serve } from "../../tests/support/served";

export const account = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

/** The API behind a port, with a Postgres of its own, set as a panel's, and a worker that answers and does nothing. */
export async function openApi() {
  const home = mkdtempSync(join(tmpdir(), "by-bench-people-"));
  chmodSync(home, 0o711);
  const server = await startServer({ folder: join(home, "p"), gate: home, log: join(home, "log"), password: "bench" });
  const url = server.url({ user: "postgres", password: "bench", database: "postgres" });
  await migrate(url, fileURLToPath(new URL("../../prisma/migrations", import.meta.url)));
  process.env.BOTYARD_HOME = home;
  process.env.DATABASE_URL = url;
  const worker = await openFakeWorker(homePaths(home).workerSocket);
  const web = await serve();
  const db = database();
  return {
    url: web.url,
    db,
    async close() {
      await web.close();
      await worker.close();
      await db.$disconnect();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
