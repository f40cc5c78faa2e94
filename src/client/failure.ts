import { ORPCError } from "@orpc/client";
import { type ErrorCode, isErrorCode, type Values } from "#contracts/errors";
import { readProblem } from "#contracts/problem";

/** Why something asked of the panel did not happen. `web_away`: nothing answered. `unexpected`: a bug, or a proxy's own page. */
export type Failure = { code: ErrorCode | "web_away" | "unexpected"; values: Values };

/** A failure as something to throw, for code that has only a code in hand. */
export class FailureError extends Error {
  override readonly name = "FailureError";
  constructor(readonly failure: Failure) {
    super(failure.code);
  }
}

const isValues = (values: unknown): values is Values =>
  typeof values === "object" &&
  values !== null &&
  Object.values(values).every((value) => typeof value === "string" || typeof value === "number");

/** Reads code and values out of an answer that carries both. */
export function failureOf(code: unknown, values: unknown): Failure {
  return isErrorCode(code) ? { code, values: isValues(values) ? values : {} } : { code: "unexpected", values: {} };
}

/** An answer of the panel as it is; throws what `readFailure` reads when it is a refusal. */
export async function taken(answer: Response): Promise<Response> {
  const problem = answer.ok ? null : await readProblem(answer);
  if (problem) throw new FailureError(failureOf(problem.code, problem.values));
  return answer;
}

/** Reads what any call of `client` threw. */
export function readFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  // Not from the panel: a proxy's own page.
  if (error instanceof ORPCError) {
    if (error.status === 401) return { code: "not_signed_in", values: {} };
    if (error.status === 413) return { code: "proxy_body_limit", values: {} };
    if (error.status === 502 || error.status === 503 || error.status === 504) return { code: "web_away", values: {} };
    return { code: "unexpected", values: {} };
  }
  // fetch throws a TypeError when there is nobody at the other end.
  if (error instanceof TypeError) return { code: "web_away", values: {} };
  return { code: "unexpected", values: {} };
}
