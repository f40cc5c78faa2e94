import { dirname } from "node:path";
import { AppError } from "#contracts/errors";
import type { BotFolders, Driver } from "../ports/index";
import { packagesPlan } from "./node-packages";
import type { Passed } from "./passed";
import { firstProgram, makeHome, pathOf, readsOf, systemDirs } from "./programs";

/** After an upgrade of the system the Node we run as may be gone from its place. */
async function program(): Promise<string> {
  const found = await firstProgram([process.execPath, ...systemDirs.map((dir) => `${dir}/node`)]);
  if (!found) throw new AppError("runtime_unavailable", { runtime: "Node.js" });
  return found;
}

/** What installs and changes packages on this machine. */
export const nodeMachine = async (passed: Passed) => ({ node: await program(), passed });

/** Runs JavaScript with the Node that runs the panel. TypeScript only once this Node takes it by itself. */
export function createNodeDriver(passed: Passed): Driver {
  const driver: Driver = {
    name: "node",
    probe: () =>
      program().then(
        () => process.version.replace(/^v/, ""),
        () => null,
      ),
    fits: (entry) => /\.[cm]?js$/.test(entry),
    prepare: async (folders) => packagesPlan(folders, await nodeMachine(passed)),
    async launch(folders: BotFolders, entry, args) {
      if (!driver.fits(entry)) throw new AppError("runtime_mismatch", { entry, runtime: "Node.js" });
      const node = await program();
      return {
        reads: await readsOf(node),
        argv: [node, `${folders.files}/${entry}`, ...args],
        env: { PATH: pathOf(dirname(node)), HOME: await makeHome(folders) },
      };
    },
  };
  return driver;
}
