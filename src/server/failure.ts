import { randomBytes } from "node:crypto";
import { ORPCError, ValidationError } from "@orpc/server";
import { reservedEnv } from "#contracts/bot";
import { AppError, errorTable, fill, isErrorCode, type Values } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { isDatabaseAway, isUnstorable } from "#prisma/db";

/** Any error as an expected failure; what is none is thrown on as it is, for it is a bug. */
export function asAppError(error: unknown): AppError {
  const known = expected(error);
  if (known) return known;
  throw error;
}

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
  if (isUnstorable(error)) return new AppError("bad_input", { detail: en.server.unstorable });
  return isDatabaseAway(error) ? new AppError("database_away") : null;
}

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] };

/** What is wrong with an input: a code when the schema names one, else a sentence that names the field. */
export function badInput(issues: readonly Issue[]): AppError {
  const coded = issues.find((issue) => isErrorCode(issue.message));
  if (coded && isErrorCode(coded.message)) return new AppError(coded.message, values[coded.message] ?? {});
  const [first] = issues;
  const field = first?.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".") || "input";
  return new AppError("bad_input", { detail: `${field}: ${first?.message ?? en.server.unreadable}` });
}

// Sentences of the table that schemas refer to and that have places to fill.
const values: Record<string, Values> = { env_key_invalid: { reserved: reservedEnv.join(", ") } };
