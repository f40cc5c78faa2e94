import type { RuntimeName } from "#contracts/bot";
import type { Driver } from "../ports";
import { createNodeDriver } from "./node";
import type { Passed } from "./passed";
import { createPythonDriver } from "./python";

export { type Passed, passedFrom } from "./passed";

/**
 * Every kind of bot there is. A new one: its name in contracts/bot.ts, one file here, one line in this table. `passed`
 * says how installs on this machine reach the registries.
 */
export const createRuntimes = (passed: Passed) =>
  ({
    node: createNodeDriver(passed),
    python: createPythonDriver(passed),
  }) as const satisfies Record<RuntimeName, Driver>;
