import { randomBytes } from "node:crypto";
import { statfsSync } from "node:fs";
import { ORPCError, ValidationError } from "@orpc/server";
import { reservedEnv } from "#contracts/bot";
import { AppError, errorTable, fill, isErrorCode, type Values } from "#contracts/errors";
import { homePaths } from "#contracts/home";
import { en } from "#contracts/words/en";
import { isDatabaseAway, isDatabaseFull, isUnstorable } from "#prisma/db";
import { env } from "./env";
import { type Issue, inputWords } from "./input-words";

/** Any error as an expected failure; what is none is thrown on as it is, for it is a bug. */
export function asAppError(error: unknown): AppError {
  const known = expected(error);
  if (known) return known;
  throw error;
}

/** What the database failed with, if it is something that a person can do something about. */
function ofDatabase(error: unknown): AppError | null {
  if (isDatabaseFull(error)) return new AppError("database_full");
  // Without room for what it writes down first, Postgres ends, and comes back as soon as there is some.
  if (isDatabaseAway(error)) return new AppError(isDiskFull() ? "database_full" : "database_away");
  return isUnstorable(error) ? new AppError("bad_input", { detail: en.server.unstorable }) : null;
}

/** Less than Postgres takes at a time, bytes: a segment of what it writes ahead (wal_segment_size). */
const SEGMENT_BYTES = 16 * 1024 * 1024;

function isDiskFull(): boolean {
  try {
    const { bavail, bsize } = statfsSync(homePaths(env().home).postgres);
    return bavail * bsize < SEGMENT_BYTES;
  } catch {
    // The database is somebody's own, on a disk that is not ours to look at.
    return false;
  }
}

/** Writes when somebody was last seen: for people to read, so nobody is turned away because there is no room for it. */
export async function noteSeen(write: Promise<unknown>): Promise<void> {
  await write.catch((error: unknown) => {
    if (!isDatabaseFull(error)) throw error;
  });
}

/** The worker was asked and gave no answer: nobody knows whether it did it. */
export class Unanswered extends AppError {
  constructor() {
    super("worker_away");
  }
}

/** Whether an error says that nothing was done. */
export const isRefusal = (error: unknown): boolean => error instanceof AppError && !(error instanceof Unanswered);

/** What is told instead of a code where there is room for nothing else. */
export const UNEXPECTED = "unexpected";

/** A mistake of ours; the panel's log has it under `id`. */
export class Bug extends Error {
  override readonly name = "Bug";
  constructor(readonly id: string) {
    super(fill(en.server.unexpected, { id }));
  }
}

/** Any error as it is told: an expected failure, or a bug, which is written to the log. */
export function toldOf(error: unknown): AppError | Bug {
  const known = error instanceof Bug ? error : expected(error);
  if (known) return known;
  const bug = new Bug(randomBytes(4).toString("hex"));
  console.error(`[${bug.id}]`, error);
  return bug;
}

/** The HTTP status of what is told. */
export const statusOf = (told: AppError | Bug): number => (told instanceof Bug ? 500 : errorTable[told.code].status);

function expected(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof ORPCError && error.code === "BAD_REQUEST" && error.cause instanceof ValidationError)
    return badInput(error.cause.issues);
  return ofDatabase(error);
}

/** What is wrong with an input: a code when the schema names one, else a sentence that names the field. */
export function badInput(issues: readonly Issue[]): AppError {
  const coded = issues.find((issue) => isErrorCode(issue.message));
  if (coded && isErrorCode(coded.message)) return new AppError(coded.message, values[coded.message] ?? {});
  const [first] = issues;
  const field = first?.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".") || "input";
  return new AppError("bad_input", { detail: `${field}: ${first ? inputWords(first) : en.server.unreadable}` });
}

// Sentences of the table that schemas refer to and that have places to fill.
const values: Record<string, Values> = { env_key_invalid: { reserved: reservedEnv.join(", ") } };
