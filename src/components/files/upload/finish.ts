import { client } from "#client/api";
import { FailureError, failureOf, readFailure } from "#client/failure";
import type { TakenPlace, TransferStatus, TransferView, UploadChoice } from "#contracts/transfer";
import type { Course } from "./course";
import type { On } from "./part";

/* What is asked about names: which are taken, and that files get theirs. */

const ASK_STATE_MS = 700;

/** What lies where files would go; of those that are folders only (`file: null`) nothing is asked. */
export async function takenOf(
  { botId, to }: { botId: string; to: string },
  files: readonly { path: string; file?: File | null }[],
  course: Course,
): Promise<TakenPlace[]> {
  const paths = files.flatMap(({ path, file }) => (file === null ? [] : [path]));
  if (paths.length === 0) return [];
  return (await course.ask((signal) => client.transfers.taken({ botId, to, paths }, { signal }))).taken;
}

/**
 * Gives the files of an announced part their names, and says how that ended. `onTaken` asks what to do about what came in the way
 * meanwhile; then it is tried again by what `choice` says by then. Throws what it failed with.
 */
export async function finishPart(
  on: On,
  course: Course,
  choice: () => UploadChoice,
  onTaken: () => Promise<void>,
): Promise<Extract<TransferStatus, { state: "done" }>> {
  let view: TransferView | null = null;
  while (!view) {
    try {
      const asked = { ...on, ...choice() };
      view = await course.ask((signal) => client.transfers.finishUpload(asked, { signal }));
    } catch (error) {
      if (readFailure(error).code !== "file_exists") throw error;
      await onTaken();
    }
  }
  while (view.status.state === "working" || view.status.state === "receiving") {
    await new Promise((go) => setTimeout(go, ASK_STATE_MS));
    view = await course.ask((signal) => client.transfers.state(on, { signal }));
  }
  const { status } = view;
  if (status.state === "failed") throw new FailureError(failureOf(status.code, status.values));
  return status;
}
