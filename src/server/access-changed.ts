import { AppError } from "#contracts/errors";
import { workerOf } from "./worker";

/**
 * Says that what a person may do has changed: their live connections are closed, and their SFTP connections, uploads, extracts and pulls
 * that no longer may be. `sessionIds`: only these sessions of theirs ended, and only their sockets are closed. To be called when the
 * change is written. A worker that does not answer now has nobody connected, or finds out by itself within seconds.
 */
export async function accessChanged(userId: string, sessionIds?: readonly string[]): Promise<void> {
  await workerOf()
    .ask("access.changed", { userId, ...(sessionIds && { sessionIds: [...sessionIds] }) })
    .catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "worker_away")) throw error;
    });
}

/** As `accessChanged`, for everybody at once: who still may connects again by themselves. */
export async function everyoneChecked(): Promise<void> {
  await workerOf()
    .ask("access.recheck", {})
    .catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "worker_away")) throw error;
    });
}
