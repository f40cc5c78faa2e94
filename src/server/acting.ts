import { AsyncLocalStorage } from "node:async_hooks";
import type { Transaction } from "#prisma/db";

/** The POST with an Idempotency-Key that is being answered, as idempotency.ts keeps it. */
export type At = { owner: string; key: string };

const acting = new AsyncLocalStorage<At>();

/** Answers a POST of which is remembered whether anything was done for it. */
export const actingFor = <T>(at: At, work: () => Promise<T>): Promise<T> => acting.run(at, work);

/**
 * Remembers, in the transaction of a deed, that something was done for the POST that is being answered; `undone` says that it was not. So
 * when its answer is lost it is known whether it may be done again.
 */
export async function markActed(db: Transaction): Promise<{ undone(): Promise<void> }> {
  const at = acting.getStore();
  if (!at) return { undone: async () => {} };
  const { count } = await db.idempotentAnswer.updateMany({ where: { ...at, acted: false }, data: { acted: true } });
  return {
    async undone() {
      if (count > 0) await db.idempotentAnswer.updateMany({ where: at, data: { acted: false } });
    },
  };
}
