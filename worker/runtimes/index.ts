import type { RuntimeName } from "#contracts/bot";
import type { Driver, PackageChanges } from "../ports/index";
import { createNodeDriver, nodeMachine } from "./node";
import { nodeChanges } from "./node-changes";
import type { Passed } from "./passed";
import { createPythonDriver, pythonMachine } from "./python";
import { pythonChanges } from "./python-changes";

export { findWay } from "./node-packages";
export { type Passed, passedFrom } from "./passed";
export { requirementPlaces } from "./python-packages";

/**
 * Every kind of bot there is. A new one: its name in contracts/bot.ts, one file here, one line in this table. `passed`
 * says how installs on this machine reach the registries.
 */
export const createRuntimes = (passed: Passed) =>
  ({
    node: createNodeDriver(passed),
    python: createPythonDriver(passed),
  }) as const satisfies Record<RuntimeName, Driver>;

/** How packages of each kind of bot are taken in and out one by one. */
export const createPackageChanges = (passed: Passed) =>
  ({
    node: nodeChanges(() => nodeMachine(passed)),
    python: pythonChanges(() => pythonMachine(passed)),
  }) as const satisfies Record<RuntimeName, PackageChanges>;
