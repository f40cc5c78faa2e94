import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type HomePaths, SOCKET_PATH_BYTES } from "#contracts/home";
import { KEY_BYTES } from "#contracts/secret";
import { detailOf, Refusal } from "./refusal";

/**
 * Makes the folders of a home that are not there yet, each 0700, and the keys, each 0600. Refusal home_too_long,
 * home_unwritable. Postgres's socket is not counted: where that path is too long it listens on loopback.
 */
export function openHome(paths: HomePaths): void {
  const sockets = [paths.workerSocket, join(paths.pm2, "interactor.sock")];
  const excess = Math.max(...sockets.map((path) => Buffer.byteLength(path))) - SOCKET_PATH_BYTES;
  if (excess > 0) throw new Refusal("home_too_long", { home: paths.home, bytes: excess });
  try {
    makeFolder(paths.home);
    const { secrets, run, pm2, bots, imports, worker, logs } = paths;
    for (const folder of [secrets, run, pm2, bots, imports, worker, logs]) {
      makeFolder(folder);
      chmodSync(folder, 0o700);
    }
    const probe = join(run, `probe.${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
    for (const file of [paths.sealKey, paths.ticketKey, paths.sessionKey, paths.cliKey, paths.databaseAdmin])
      keep(file);
  } catch (error) {
    throw new Refusal("home_unwritable", { home: paths.home, detail: detailOf(error) });
  }
}

// Not mkdir's `recursive`: under /proc that tries for ever.
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path, { mode: 0o700 });
}

function keep(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** The text of a secret file. */
export const readSecret = (file: string): string => readFileSync(file, "utf8").trim();

/** Writes a secret file so that nobody else can read it even for a moment. */
export function writeSecret(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, `${text}\n`, { mode: 0o600, flag: "wx" });
}
