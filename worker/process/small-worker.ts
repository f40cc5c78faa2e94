import { dirname } from "node:path";
import type { LaunchSpec } from "../ports";
import { openProcesses } from "./index";

/*
 * A worker that adopts or launches one run, says its pid, and waits to be killed; at SIGUSR2 it kills the run's tree first. At SIGUSR1 it
 * launches the next run, of the same command line. All it starts is started by a spawner. Only for the tests of this folder.
 */

async function bringUp(spec: LaunchSpec): Promise<void> {
  const processes = openProcesses({ spawns: { few: 0 } });
  const found = await processes.find(spec.botId, dirname(spec.runDir));
  const live = found.kind === "alive" ? found.live : await processes.launch(spec);
  process.once("SIGUSR2", () => void live.killTree().then(() => process.exit(0)));
  process.once("SIGUSR1", async () => {
    await live.killTree();
    const run = spec.run + 1;
    await processes.launch({ ...spec, run, runDir: `${dirname(spec.runDir)}/${run}` });
  });
  process.stdout.write(`${live.pid}\n`);
}

const spec: LaunchSpec = JSON.parse(process.argv[2] ?? "");
setInterval(() => {}, 1_000);
void bringUp(spec);
