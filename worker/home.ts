import { accessSync, constants, mkdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
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

/** Sees that no other worker serves this home. The socket of a dead one is removed. */
export async function claimSocket(path: string): Promise<void> {
  const answered = await new Promise<boolean>((settle) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", () => settle(false));
  });
  if (answered) {
    throw new CannotStart("Another worker already serves this home. Stop it first, or set another BOTYARD_HOME.");
  }
  rmSync(path, { force: true });
}
