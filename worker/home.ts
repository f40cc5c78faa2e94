import { once } from "node:events";
import { accessSync, constants, mkdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { type HomePaths, SOCKET_PATH_BYTES } from "#contracts/home";
import { CannotStart } from "./cannot-start";

/** Makes the folders the worker writes to, for their owner only, and sees that they can be written. */
export function openHome(paths: HomePaths): void {
  const length = Buffer.byteLength(paths.workerSocket);
  if (length > SOCKET_PATH_BYTES) {
    throw new CannotStart(
      `${paths.workerSocket} has ${length} bytes, and a Unix socket can have ${SOCKET_PATH_BYTES}. Set BOTYARD_HOME to a shorter path.`,
    );
  }
  try {
    for (const folder of [paths.home, paths.secrets, paths.run, paths.bots, paths.imports, paths.worker]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotStart(
      `BOTYARD_HOME ${paths.home} cannot be written (${why}). Mend its permissions or set another.`,
    );
  }
}

/** What is said into our own socket is heard at once, ms. */
const HEARD_MS = 1_000;

/**
 * Sees that no other worker serves this home, until this process is gone: by a socket on which nobody talks. One that is closing no
 * longer answers the web but may still be starting a bot, and the next one would start it again. What a dead one left is removed. Of two
 * that begin at the same moment both may come so far: the answer throws for the one whose socket is not the one that is there. To be
 * asked last before bots are touched.
 */
export async function claimHome({ workerClaim, workerSocket }: HomePaths): Promise<() => Promise<void>> {
  if ((await isServed(workerClaim)) || (await isServed(workerSocket))) throw taken();
  for (const left of [workerClaim, workerSocket]) rmSync(left, { force: true });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((claimed, fail) => {
    server.once("error", (error) => fail(isTaken(error) ? taken() : error));
    server.listen(workerClaim, claimed);
  });
  // A connection that could not be taken is nobody's loss.
  server.on("error", () => {});
  server.unref();
  return async () => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), HEARD_MS);
    const heard = once(server, "connection", { signal: late.signal });
    await Promise.all([heard, isServed(workerClaim)])
      .catch(() => {
        throw taken();
      })
      .finally(() => clearTimeout(timer));
  };
}

const taken = () =>
  new CannotStart("Another worker already serves this home. Stop it first, or set another BOTYARD_HOME.");

/** Whether somebody else listens there. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

const isServed = (path: string) =>
  new Promise<boolean>((settle) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    // Anything else, such as too many who wait, says that somebody is there.
    socket.once("error", (error) =>
      settle(!("code" in error && ["ENOENT", "ECONNREFUSED"].includes(String(error.code)))),
    );
  });
