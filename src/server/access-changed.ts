import { AppError } from "#contracts/errors";
import { workerOf } from "./worker";

/**
 * Says that what a person may do has changed: their live connections are closed, and their SFTP connections, uploads, extracts and pulls
 * that no longer may be. To be called when the change is written. A worker that does not answer now has nobody connected, or finds out by
 * itself within seconds.
 */
export async function accessChanged(userId: string): Promise<void> {
  await workerOf()
    .ask("access.changed", { userId })
    .catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "worker_away")) throw error;
    });
}
