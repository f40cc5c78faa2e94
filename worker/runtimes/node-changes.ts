import type { PackageChange, PackageChanges } from "../ports/index";
import { findWay, isBerry, type NodeMachine, type NodeProgram, quiet, tooling } from "./node-packages";
import { exists } from "./programs";

/** What a program is told to take a package in or out; the package itself comes last. */
const words = {
  npm: { install: ["install", ...quiet], remove: ["uninstall", ...quiet] },
  pnpm: { install: ["add"], remove: ["remove"] },
  yarn: { install: ["add"], remove: ["remove"] },
} as const satisfies Record<NodeProgram, Record<PackageChange["kind"], readonly string[]>>;

/** What it is asked about the packages; null: it does not say. */
const questions = {
  npm: { outdated: ["outdated", "--json"], vulnerable: ["audit", "--json"] },
  pnpm: { outdated: ["outdated", "--format", "json"], vulnerable: ["audit", "--json"] },
  yarn: { outdated: ["outdated", "--json"], vulnerable: ["audit", "--json"] },
  berry: { outdated: null, vulnerable: ["npm", "audit", "--json"] },
} as const;

/** A registry that does not answer is said soon: somebody waits. */
const hasty = { npm_config_fetch_retries: "1", npm_config_fetch_timeout: "20000" };

/** Changes of a Node bot's packages, by the program that installs them. */
export function nodeChanges(machine: () => Promise<NodeMachine>): PackageChanges {
  async function open(folders: Parameters<PackageChanges["change"]>[0]) {
    const way = await findWay(folders.files);
    return { ...way, ...(await tooling(folders, way.program, await machine())) };
  }
  return {
    async change(folders, change) {
      const { files } = folders;
      const { program, lock, command, reads, env } = await open(folders);
      const [verb, ...options] = words[program][change.kind];
      // Found upwards otherwise, in a folder of the panel's own.
      if (program === "npm") options.push("--prefix", files);
      // As an install without a lockfile: see `unlocked`.
      if (program === "npm" && lock === undefined) options.push("--no-package-lock");
      if (program === "pnpm" && (await exists(`${files}/pnpm-workspace.yaml`, "file")))
        options.push("--workspace-root");
      const wanted = change.kind === "install" ? `${change.name}@${change.range || "latest"}` : change.name;
      return {
        tool: `${program} ${verb}`,
        whole: true,
        reads,
        steps: [{ argv: [...command, verb, ...options, wanted], cwd: files, env }],
      };
    },
    async questions(folders) {
      const { program, lock, command, reads, env } = await open(folders);
      const asks = questions[program === "yarn" && isBerry(lock ?? "") ? "berry" : program];
      return {
        manager: program,
        reads,
        questions: (["outdated", "vulnerable"] as const).map((about) => {
          const args = asks[about];
          if (args === null) return { about, why: "unsaid" };
          if (about === "vulnerable" && lock === undefined) return { about, why: "lockfile" };
          return { about, step: { argv: [...command, ...args], cwd: folders.files, env: { ...env, ...hasty } } };
        }),
      };
    },
  };
}
