/** What is answered where there is nothing to say. */
export async function done(work: Promise<void>): Promise<Record<string, never>> {
  await work;
  return {};
}

/** What takes or gives bytes is answered before it comes here, see log-file.ts, transfer.ts, chunks.ts and streams/. */
export function answeredBefore(): never {
  throw new Error("bytes were asked for in a way that cannot be answered");
}
