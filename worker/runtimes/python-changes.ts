import type { PackageChanges } from "../ports/index";
import { exists } from "./programs";
import { type PythonMachine, packagesPlan, venvOf } from "./python-packages";

/** A registry that does not answer is said soon: somebody waits. */
const hasty = { PIP_RETRIES: "1" };

/** Changes of a Python bot's packages. Its requirements are written by us: an install brings what they say by then. */
export function pythonChanges(machine: () => Promise<PythonMachine>): PackageChanges {
  return {
    async change(folders, change) {
      const { reads, env, inVenv } = await venvOf(folders, await machine());
      const there = await exists(inVenv, "file");
      const pip = (...args: string[]) => ({ argv: [inVenv, "-m", "pip", ...args] as const, cwd: folders.files, env });
      if (change.kind === "remove") {
        const steps = there ? [pip("uninstall", "--yes", change.name)] : [];
        return { tool: "pip uninstall", whole: false, reads, steps };
      }
      const plan = await packagesPlan(folders, await machine());
      const steps = plan?.steps ?? [];
      // A venv that is there is not made anew for one package more.
      return { tool: "pip install", whole: true, reads, steps: there ? steps.slice(-1) : steps };
    },
    async questions(folders) {
      const { reads, env, inVenv } = await venvOf(folders, await machine());
      const list = ["-m", "pip", "list", "--outdated", "--format", "json"];
      return {
        manager: "pip",
        reads,
        questions: [
          (await exists(inVenv, "file"))
            ? { about: "outdated", step: { argv: [inVenv, ...list], cwd: folders.files, env: { ...env, ...hasty } } }
            : { about: "outdated", why: "unsaid" },
          { about: "vulnerable", why: "unsaid" },
        ],
      };
    },
  };
}
