import type { Deploy, DeployLog, DeployState } from "#contracts/deploy";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { createHides } from "../files/sight";

/** What is told of deploys to somebody from whom paths are hidden: all but those paths. */
export function deploysSeen(hidden: readonly string[]) {
  const hides = createHides(hidden);
  const isSeen = (path: string): boolean => {
    const parts = path.split("/");
    return !hides || !parts.some((_part, depth) => hides(parts.slice(0, depth + 1).join("/")));
  };
  // As the log says it; the path stands in the place that is filled.
  const [inTheWay = ""] = en.deployLog.conflict.split("{path}");
  return {
    state: (state: DeployState): DeployState => ({
      ...state,
      changes: state.changes.filter(({ path }) => isSeen(path)),
    }),
    deploy(deploy: Deploy): Deploy {
      const { status } = deploy;
      if (status.state !== "failed" || !status.conflicts) return deploy;
      const conflicts = status.conflicts.filter(({ path }) => isSeen(path));
      if (conflicts.length === status.conflicts.length) return deploy;
      const paths = conflicts.slice(0, 3).map(({ path }) => path);
      const told = new AppError("deploy_conflict", {
        count: Number(status.values.count ?? status.conflicts.length),
        paths: [...paths, "…"].join(", "),
      });
      return { ...deploy, status: { ...status, conflicts, values: { ...told.values }, message: told.message } };
    },
    log: (log: DeployLog): DeployLog => ({
      ...log,
      text: log.text.replace(/[^\n]+/g, (line) => {
        const at = line.indexOf(inTheWay);
        return at === -1 || isSeen(line.slice(at + inTheWay.length))
          ? line
          : fill(en.deployLog.conflict, { path: "…" });
      }),
    }),
  };
}
