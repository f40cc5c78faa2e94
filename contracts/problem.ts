import { z } from "zod";
import { type AppError, type ErrorCode, errorTable } from "./errors";

/** The media type of a failure over HTTP (RFC 9457). */
export const PROBLEM = "application/problem+json";

/** How every failure of the HTTP API is answered. */
export const problem = z.object({
  /** Which kind it is, for good: the row of its code on the page of the API. `about:blank` for a bug. */
  type: z.string(),
  title: z.string(),
  /** The HTTP status. */
  status: z.number().int(),
  /** What happened and what to do, for people. */
  detail: z.string(),
  /** What was asked: the path of the request. */
  instance: z.string(),
  /** A code of contracts/errors.ts, or `unexpected` for a bug. */
  code: z.string(),
  /** The words in `detail` that differ from time to time. */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Problem = z.infer<typeof problem>;

/** Where the code's row is. */
export const problemType = (code: ErrorCode): string => `/api/docs#${code}`;

/** The code in words: the same for every failure of the kind. */
export const problemTitle = (code: ErrorCode): string => {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** An expected failure as it is answered to whoever asked `instance`. */
export const problemOf = ({ code, values, message }: AppError, instance: string): Problem => ({
  type: problemType(code),
  title: problemTitle(code),
  status: errorTable[code].status,
  detail: message,
  instance,
  code,
  values: { ...values },
});

/** Reads the failure that an answer tells; null when it tells none in this shape, as a proxy's own page. */
export async function readProblem(answer: Response): Promise<Problem | null> {
  if (!answer.headers.get("content-type")?.startsWith(PROBLEM)) return null;
  return problem.safeParse(await answer.json().catch(() => null)).data ?? null;
}
