import { client } from "#client/api";
import { sendingAgain } from "#client/ask-again";
import { CHUNK_BYTES } from "#contracts/import";
import type { PickedFile } from "./picked-files";

/** Half of what one body may carry: the bar moves more often, and a slow line stays under proxies' time limits. */
const PIECE = CHUNK_BYTES / 2;

/** Sends every file of an announced upload, one piece after the other. `onSent` hears the bytes that arrived. */
export async function sendFiles(
  importId: string,
  files: readonly PickedFile[],
  { signal, onSent }: { signal: AbortSignal; onSent: (bytes: number) => void },
): Promise<void> {
  let sent = 0;
  for (const [index, { file }] of files.entries()) {
    for (let offset = 0; offset < file.size; offset += PIECE) {
      signal.throwIfAborted();
      const piece = file.slice(offset, offset + PIECE, "application/octet-stream");
      const params = { importId, file: index };
      const chunk = () => client.imports.chunk({ params, query: { offset }, body: piece }, { signal });
      await sendingAgain(chunk, () => client.account.me(undefined, { signal }));
      sent += piece.size;
      onSent(sent);
    }
  }
}
