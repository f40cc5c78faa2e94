import { FailureError, failureOf, taken } from "#client/failure";
import { PEEK_BYTES } from "#contracts/files";
import { fileAddress } from "./download";

/** Reads the first or the last PEEK_BYTES of a file as text; what is no UTF-8 shows as �. Throws what `readFailure` reads. */
export async function peek(botId: string, path: string, end: "head" | "tail"): Promise<string> {
  const range = end === "head" ? `bytes=0-${PEEK_BYTES - 1}` : `bytes=-${PEEK_BYTES}`;
  const answer = await fetch(fileAddress(botId, path), {
    credentials: "same-origin",
    cache: "no-store",
    headers: { range },
  });
  if (!(await taken(answer)).ok) throw new FailureError(failureOf("unexpected", {}));
  return new TextDecoder().decode(await answer.arrayBuffer());
}
