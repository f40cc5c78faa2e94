import type { Deploy, DeployLog, DeployState, DeployStatus } from "#contracts/deploy";
import { AppError, fill, isErrorCode, type Values } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { createHides } from "../files/sight";

/** What stands for a path that is not told. */
const UNTOLD = "…";

/** What is told of deploys to somebody from whom paths are hidden: all but those paths. */
export function deploysSeen(hidden: readonly string[]) {
  const hides = createHides(hidden);
  if (!hides) return { state: same<DeployState>, deploy: same<Deploy>, log: same<DeployLog> };
  const isSeen = (path: string): boolean =>
    !path.split("/").some((_part, depth, parts) => hides(parts.slice(0, depth + 1).join("/")));
  // As the log says it; the path stands in the place that is filled.
  const [inTheWay = ""] = en.deployLog.conflict.split("{path}");
  return {
    state: (state: DeployState): DeployState => ({
      ...state,
      changes: state.changes.filter(({ path }) => isSeen(path)),
    }),
    deploy: (deploy: Deploy): Deploy => ({ ...deploy, status: statusSeen(deploy.status, isSeen) }),
    log: (log: DeployLog): DeployLog => ({
      ...log,
      text: log.text.replace(/[^\n]+/g, (line) =>
        !line.startsWith(inTheWay) || isSeen(line.slice(inTheWay.length))
          ? line
          : fill(en.deployLog.conflict, { path: UNTOLD }),
      ),
    }),
  };
}
const same = <T>(told: T): T => told;

/** What all who watch a bot hear of a deploy: who may know which files are in its way asks for it. */
export const withoutPaths = (deploy: Deploy): Deploy => ({ ...deploy, status: statusSeen(deploy.status, () => false) });

/** A refusal names files in `path` and `paths`, and a conflict each of them. */
function statusSeen(status: DeployStatus, isSeen: (path: string) => boolean): DeployStatus {
  if (status.state !== "failed" && status.state !== "rolledBack") return status;
  const told = (path: string) => (isSeen(path) ? path : UNTOLD);
  const { path, paths } = status.values;
  const values: Values = {
    ...status.values,
    ...(typeof path === "string" && { path: told(path) }),
    ...(typeof paths === "string" && { paths: [...new Set(paths.split(", ").map(told))].join(", ") }),
  };
  const message = isErrorCode(status.code) ? new AppError(status.code, values).message : status.message;
  const about = { values: { ...values }, message };
  if (status.state === "rolledBack" || !status.conflicts) return { ...status, ...about };
  return { ...status, ...about, conflicts: status.conflicts.filter((one) => isSeen(one.path)) };
}
