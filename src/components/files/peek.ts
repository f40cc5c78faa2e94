import { FailureError, failureOf } from "#client/failure";
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
  if (answer.ok) return new TextDecoder().decode(await answer.arrayBuffer());
  const said: unknown = await answer.json().catch(() => null);
  const data = typeof said === "object" && said !== null && "data" in said ? said.data : null;
  const { code, values } = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  throw new FailureError(failureOf(code, values));
}
