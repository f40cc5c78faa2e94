import type { DeployStatus } from "#contracts/deploy";

/** What helps after a deploy that left a bot with what it had before. */
export type Help = "discard" | "console" | "token" | "key" | "host" | "again";

const byCode: Readonly<Record<string, Help>> = {
  deploy_conflict: "discard",
  deploy_not_running: "console",
  git_refused: "token",
  git_key_refused: "key",
  git_host_changed: "host",
  git_unreachable: "again",
};

/** Which button helps, if any does: what a commit itself does wrong is mended in the repository. */
export function helpFor(status: DeployStatus): Help | null {
  if (status.state === "interrupted") return "again";
  return status.state === "failed" || status.state === "rolledBack" ? (byCode[status.code] ?? null) : null;
}
