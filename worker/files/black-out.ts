/** What stands in a kept text in the place of what it may not hold. */
const BLACK = "REDACTED";

/** A text without some others; the same bytes when it holds none of them. */
export function blackedOut(bytes: Buffer, texts: readonly string[]): Buffer {
  if (!texts.some((text) => bytes.includes(text))) return bytes;
  // Every byte is a sign of its own here, so that what is no UTF-8 stays as it is.
  let all = bytes.toString("latin1");
  for (const text of texts) all = all.replaceAll(Buffer.from(text).toString("latin1"), BLACK);
  return Buffer.from(all, "latin1");
}
