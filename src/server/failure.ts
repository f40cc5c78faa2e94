import { randomBytes } from "node:crypto";
import { ORPCError, ValidationError } from "@orpc/server";
import { reservedEnv } from "#contracts/bot";
import { AppError, errorTable, isErrorCode, type Values } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { isDatabaseAway } from "#prisma/db";

/** Any error as an expected failure; what is none is thrown on as it is, for it is a bug. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) return new AppError("database_away");
  throw error;
}

/** Any error as the API answers it: an expected failure with its code and sentence, the rest as 500 with a number for the log. */
export function asApiError(error: unknown): ORPCError<string, unknown> {
  // What one operation said is what another says that called it.
  if (error instanceof ORPCError && (error.defined || error.code === "INTERNAL_SERVER_ERROR")) return error;
  const known = expected(error);
  if (known) {
    const { code, values, message } = known;
    return new ORPCError(code, { defined: true, status: errorTable[code].status, message, data: { code, values } });
  }
  const id = randomBytes(4).toString("hex");
  console.error(`[${id}]`, error);
  return new ORPCError("INTERNAL_SERVER_ERROR", { message: en.server.unexpected.replace("{id}", id) });
}

function expected(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof ORPCError && error.code === "BAD_REQUEST" && error.cause instanceof ValidationError)
    return badInput(error.cause.issues);
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
