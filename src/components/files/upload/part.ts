import { client } from "#client/api";
import { sendingAgain } from "#client/ask-again";
import { FailureError, failureOf, readFailure } from "#client/failure";
import type { TransferStatus, UploadView } from "#contracts/transfer";
import type { Course } from "./course";
import { nextPiece } from "./pace";
import { createSlots } from "./slots";

/** A file of an upload on its way; `file` is null once the page that had it is gone. */
export type Sending = { path: string; size: number; received: number; file: File | null; sha256?: string };

/** Files that were announced together, as `id`; null until then. `end`: how it went. */
export type Part = {
  id: string | null;
  files: Sending[];
  folders: string[];
  end: Extract<TransferStatus, { state: "done" }> | null;
};

/** Chunks under way at once, of all uploads together: the API takes no more than four changes of one person at a time. */
const slots = createSlots(3);

/** The pace of one upload: what the next chunk has, bytes. */
export type Pace = { piece: number };

/** A part that is to be announced: files, but for those that are skipped, and folders (`file: null`). */
export const newPart = (
  all: readonly { path: string; file: File | null }[],
  skipped: ReadonlySet<string>,
  sums: ReadonlyMap<string, string>,
): Part => ({
  id: null,
  files: all.flatMap(({ path, file }) =>
    file && !skipped.has(path) ? [{ path, file, size: file.size, received: 0, sha256: sums.get(path) }] : [],
  ),
  folders: all.flatMap(({ path, file }) => (file ? [] : [path])),
  end: null,
});

/** How an announced upload stands on the server, as a part to go on with. */
export const partOf = ({ id, files }: UploadView): Part => ({
  id,
  files: files.map(({ path, size, received }) => ({ path, size, received, file: null })),
  folders: [],
  end: null,
});

/** An announced part. */
export type On = { botId: string; transferId: string };

/** Sends what is missing of a part, several files at once and each in order. `onMoved` hears of every chunk that arrived. */
export async function sendPart(
  on: On,
  files: Sending[],
  course: Course,
  pace: Pace,
  onMoved: () => void,
): Promise<void> {
  const rest = [...files.entries()].filter(([, { received, size }]) => received < size);
  const one = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const [number, sending] = next;
      while (sending.received < sending.size) {
        await course.ask((signal) => sendChunk(on, number, sending, pace, signal));
        onMoved();
      }
    }
  };
  await Promise.all([one(), one(), one()]);
}

async function sendChunk({ botId, transferId }: On, number: number, sending: Sending, pace: Pace, signal: AbortSignal) {
  const { file, received: offset, path } = sending;
  const leave = await slots.enter();
  try {
    signal.throwIfAborted();
    // Read first: a file that cannot be read any more would look like a lost connection.
    const bytes = await file
      ?.slice(offset, offset + pace.piece)
      .arrayBuffer()
      .catch(() => null);
    if (!bytes?.byteLength) throw new FailureError(failureOf("upload_unreadable", { path }));
    const since = performance.now();
    const params = { botId, transferId, file: number };
    const body = new Blob([bytes], { type: "application/octet-stream" });
    const chunk = () => client.transfers.chunk({ params, query: { offset }, body }, { signal });
    await sendingAgain(chunk, () => client.account.me(undefined, { signal }));
    sending.received = offset + bytes.byteLength;
    if (bytes.byteLength === pace.piece) pace.piece = nextPiece(pace.piece, performance.now() - since);
  } catch (error) {
    // An earlier try arrived although its answer did not.
    const { code, values } = readFailure(error);
    if (code !== "upload_out_of_order" || typeof values.expected !== "number") throw error;
    sending.received = Math.min(sending.size, values.expected);
  } finally {
    leave();
  }
}
