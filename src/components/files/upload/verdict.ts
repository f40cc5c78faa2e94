import { type Failure, readFailure } from "#client/failure";

/** What follows from a failure: try again when somebody is there, or when it is one's turn; wait until a person puts something right; give up. */
export type Verdict = "away" | "busy" | "stop" | "fail";

const verdicts: Partial<Record<Failure["code"], Verdict>> = {
  web_away: "away",
  worker_away: "away",
  database_away: "away",
  database_full: "away",
  too_many_tries: "busy",
  not_signed_in: "stop",
  not_allowed: "stop",
  files_over_quota: "stop",
  disk_unwritable: "stop",
  transfer_busy: "stop",
  proxy_body_limit: "stop",
  unexpected: "stop",
};

/** Judges what a request threw. */
export function verdictOf(error: unknown): Verdict {
  // It took too long: the line may be dead without anybody having said so.
  if (error instanceof DOMException && error.name === "TimeoutError") return "away";
  return verdicts[readFailure(error).code] ?? "fail";
}
