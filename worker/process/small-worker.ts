import { dirname } from "node:path";
import type { LaunchSpec } from "../ports/index";
import { openProcesses } from "./index";

/*
 * A worker that adopts or launches one run, says "launching" before it does, then the bot's pid, and waits to be killed; at SIGUSR2 it kills
 * the run's tree first. At SIGUSR1 it launches the next run, of the same command line. Only for the tests of this folder.
 */

/** What it is told on its command line. `few`: see openSpawns; with 0 all it starts is started by a spawner. */
export type SmallWorker = { spec: LaunchSpec; few: number };

async function bringUp({ spec, few }: SmallWorker): Promise<void> {
  const processes = openProcesses({ spawns: { few } });
  const found = await processes.find(spec.botId, dirname(spec.runDir));
  if (found.kind !== "alive") process.stdout.write("launching\n");
  const live = found.kind === "alive" ? found.live : await processes.launch(spec);
  process.once("SIGUSR2", () => void live.killTree().then(() => process.exit(0)));
  process.once("SIGUSR1", async () => {
    await live.killTree();
    const run = spec.run + 1;
    await processes.launch({ ...spec, run, runDir: `${dirname(spec.runDir)}/${run}` });
  });
  process.stdout.write(`${live.pid}\n`);
}

const asked: SmallWorker = JSON.parse(process.argv[2] ?? "");
setInterval(() => {}, 1_000);
void bringUp(asked);
