import { AppError, fill } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { lockPerson } from "./locks";

/**
 * Refuses one more of what a person may have `most` of, as `words` say. To be asked in the transaction that adds it: they queue here, as of
 * several at once each would find room for itself.
 */
export async function assertRoom(
  db: Transaction,
  userId: string,
  { count, most, words }: { count: () => Promise<number>; most: number; words: string },
): Promise<void> {
  await lockPerson(db, userId);
  if ((await count()) >= most) throw new AppError("bad_input", { detail: fill(words, { most }) });
}
