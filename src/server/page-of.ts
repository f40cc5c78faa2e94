import { AppError } from "#contracts/errors";

/** A page of a list, of the rows from its cursor on: one more than asked for, if there are. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => string) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** A cursor that is a number, such as that of a run. AppError bad_input. */
export function numberOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor)) throw badCursor();
  return Number(cursor);
}

/** A cursor of the value that a list is sorted by, and of the id that tells rows with the same one apart. */
export const placeOf = (value: string | number, id: string): string =>
  Buffer.from(JSON.stringify([value, id])).toString("base64url");

/** Reads `placeOf` back. AppError bad_input. */
export function readPlace(cursor: string): [value: string | number, id: string] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(read) && ["string", "number"].includes(typeof read[0]) && typeof read[1] === "string")
      return [read[0], read[1]];
  } catch {
    // Not one of ours.
  }
  throw badCursor();
}

/** A text that somebody looks for, as `contains` wants it: Prisma hands % and _ to the database, which reads them as "anything". */
export const literal = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

export const badCursor = () => new AppError("bad_input", { detail: "cursor: not the `next` of a page of this list" });
