import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";

/*
 * ETags. What is read of a bot's definition (itself, its variables, how it is deployed) is marked `"<revision>-<hash of the answer>"`. A
 * read with If-None-Match compares all of it, since an answer tells the bot's present as well. A change with If-Match compares the
 * revision alone: it is refused when the definition is another by now, and not because the bot uses more memory than before. It is looked
 * at where the bot's row is locked, so of two changes of the same revision one is made. A text is marked `"<its etag>-<hash>"`, likewise. All else has the mark of its answer alone, and a
 * change of it is held to what a GET of the same address answers then.
 */

type Asked = { expected: string | null; revision?: number };
const asked = new AsyncLocalStorage<Asked>();

/** Does `work` for a request: changes of a definition in it are held to its If-Match. Tells which revision they made, if any. */
export async function withPrecondition<T>(
  headers: Headers,
  work: () => Promise<T>,
): Promise<{ done: T; revision: number | undefined }> {
  const one: Asked = { expected: headers.get("if-match") };
  const done = await asked.run(one, work);
  return { done, revision: one.revision };
}

/** To be asked where the row is locked, with the revision of before. AppError precondition_failed. */
export function assertUnchanged(revision: number): void {
  const one = asked.getStore();
  if (!one) return;
  if (one.expected !== null && !matches(one.expected, revision)) throw new AppError("precondition_failed");
  one.revision = revision + 1;
}

/** Holds what changes no definition to If-Match as well, as far as that can be: it is looked at before. */
export async function assertUnchangedBefore(headers: Headers, botId: string): Promise<void> {
  const expected = headers.get("if-match");
  if (expected !== null && !matches(expected, await revisionOf(botId))) throw new AppError("precondition_failed");
}

/** Holds a change to the mark that its address has now; null: it has none, so nobody can have read it. AppError precondition_failed. */
export function assertMarked(expected: string, etag: string | null): void {
  if (etag === null || !(expected.trim() === "*" || listed(expected).includes(etag)))
    throw new AppError("precondition_failed");
}

/** The content of a file that a change is held to, by the ETag of its read; undefined: to none. AppError precondition_failed. */
export function fileMarkOf(headers: Headers): string | undefined {
  const expected = headers.get("if-match")?.trim() ?? "*";
  if (expected === "*") return undefined;
  const mark = /^"([0-9a-z-]{1,64}?)(-[\w-]{22})?"$/.exec(expected)?.[1];
  if (mark === undefined) throw new AppError("precondition_failed");
  return mark;
}

/** Read before what it marks: should something change in between, the mark is too old, which is found out, and never too new. */
export async function revisionOf(botId: string): Promise<number> {
  const bot = await database().bot.findUnique({ where: { id: botId }, select: { revision: true } });
  if (!bot) throw new AppError("not_found", { what: "bot" });
  return bot.revision;
}

/** The mark of an answer. */
export function etagOf(body: string, revision: number | string | undefined): string {
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 22);
  return revision === undefined ? `"${hash}"` : `"${revision}-${hash}"`;
}

/** Whether what the asker has already is still right. */
export const isKnown = (headers: Headers, etag: string): boolean => {
  const known = headers.get("if-none-match");
  return known !== null && (known.trim() === "*" || listed(known).some((one) => one.replace(/^W\//, "") === etag));
};

// A weak mark never matches here: it does not say that two are the same.
const matches = (expected: string, revision: number): boolean =>
  expected.trim() === "*" || listed(expected).some((one) => /^"(\d+)(-[\w-]*)?"$/.exec(one)?.[1] === String(revision));

const listed = (header: string): string[] => header.split(",").map((one) => one.trim());
