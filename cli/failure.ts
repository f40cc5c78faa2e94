import { type ErrorCode, errorTable } from "#contracts/errors";

/** 0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 not reachable. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

/** Ends the program: one sentence on stderr (or JSON with --json) and an exit code. */
export class Failure extends Error {
  override readonly name = "Failure";
  constructor(
    readonly code: string,
    message: string,
    readonly exit: ExitCode,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
  static of(code: ErrorCode, message: string): Failure {
    return new Failure(code, message, errorTable[code].exit);
  }
  static use(message: string): Failure {
    return new Failure("bad_input", message, 2);
  }
}
