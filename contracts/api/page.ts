import { z } from "zod";

/*
 * How every list that may be long is read: `limit` at a time, and on with the `next` of the answer as `cursor` until it is null.
 */

/** Where a page goes on. Only what a list answered as its `next` is one; what it says is nobody's business. */
export const cursor = z.string().max(500).describe("The `next` of the page before");

/** What is asked of such a list. `usual`: how many without a limit. */
export const paged = (usual: number, most = 200) => ({
  limit: z.coerce.number().int().min(1).max(most).default(usual),
  cursor: cursor.optional(),
});

/** Where the next page begins; null: this was the last. */
export const next = z.string().nullable();
