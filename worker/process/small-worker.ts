import { dirname } from "node:path";
import type { LaunchSpec } from "../ports";
import { openProcesses } from "./index";

/*
 * A worker that adopts or launches one run, says its pid, and waits to be killed; at SIGUSR2 it kills the run's tree first. Only for
 * the tests of this folder.
 */

async function bringUp(spec: LaunchSpec): Promise<void> {
  const processes = openProcesses();
  const found = await processes.find(spec.botId, dirname(spec.runDir));
  const live = found.kind === "alive" ? found.live : await processes.launch(spec);
  process.once("SIGUSR2", () => void live.killTree().then(() => process.exit(0)));
  process.stdout.write(`${live.pid}\n`);
}

const spec: LaunchSpec = JSON.parse(process.argv[2] ?? "");
setInterval(() => {}, 1_000);
void bringUp(spec);
