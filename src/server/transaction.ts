import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "#contracts/access";
import { database, type Transaction } from "#prisma/db";
import { assertStill } from "./access";
import { takerOf } from "./at-once";
import { openLine } from "./line";

/*
 * The database has ten connections for everybody, and a transaction that waits for a bot's row, or for the worker, holds one of them all the
 * while. So each person has a few; what they ask beyond waits here, where nobody else waits with it. All of them together leave some to
 * whoever only looks.
 */

const own = openLine({ atOnce: 3, waiting: 500 });
const all = openLine({ atOnce: 6, waiting: Number.POSITIVE_INFINITY });
/** Whose line it is of those who have no account yet. */
const NOBODY = "";
const asking = new AsyncLocalStorage<Actor>();

/** Does something that somebody asked for: transactions in it are theirs. */
export const askedBy = <T>(actor: Actor, work: () => T): T => asking.run(actor, work);

/**
 * A transaction that may have to wait for others or for the worker. AppError too_many_requests when too many of one person's do; not_signed_in
 * for who waited until they were nobody here any more.
 */
export function transaction<T>(work: (db: Transaction) => Promise<T>, options?: { timeout: number }): Promise<T> {
  const actor = asking.getStore();
  const still = async (db: Transaction) => {
    if (actor) await assertStill(db, actor);
    return work(db);
  };
  return own(actor ? takerOf(actor) : NOBODY, () => inLine(still, options));
}

/** As `transaction`, for what has to be written whoever asked for it. Not to be asked for without a bound of its own for each person. */
export const inLine = <T>(work: (db: Transaction) => Promise<T>, options?: { timeout: number }): Promise<T> =>
  all("", () => database().$transaction(work, options));
