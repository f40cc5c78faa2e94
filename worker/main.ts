import { readFileSync } from "node:fs";
import { cpus, hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { homePaths } from "#contracts/home";
import type { NodeInfo } from "#contracts/host";
import { readDatabaseUrl } from "#prisma/db";
import { CannotStart } from "./cannot-start";
import { openDependencies } from "./dependencies/index";
import { mend, openDeploys } from "./deploys/index";
import { type Env, readEnv } from "./env";
import { openFiles } from "./files/index";
import { openFileSearches } from "./files/search/index";
import { openTransfers } from "./files/transfer/index";
import { openGateway } from "./gateway/index";
import { claimHome, isTaken, openHome } from "./home";
import { listTemplates, openImports } from "./imports/index";
import { createInstaller } from "./install/index";
import { openIsolation } from "./isolation/index";
import { readKey } from "./keys";
import { openLogs } from "./logs/index";
import { openMonitor } from "./monitor/index";
import type { Closer, Driver, Isolation } from "./ports/index";
import { openProcesses } from "./process/index";
import { openPublish } from "./publish";
import { openQuestions } from "./questions";
import { openRecords, type Records, readNodeId } from "./records/index";
import { openRpc } from "./rpc/index";
import { createPackageChanges, createRuntimes } from "./runtimes/index";
import { openSftp } from "./sftp/index";
import { createSupervisor, createUnseal } from "./supervisor/index";

/*
 * The worker: the only file that starts anything. It opens its parts from the machine outwards, wakes the bots, and says
 * that it is ready. Told to end, it closes them in reverse and leaves every bot running; killed, the next one adopts them.
 */

/** Everything is to be closed within this, or is left as it is, ms. */
const CLOSE_MS = 1_500;

const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

/** A path in the repository, which lies above worker/ in development and above dist/ when bundled. */
const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Opens everything and wakes the bots. `opened` takes each closer as soon as there is something to close. */
async function open(env: Env, opened: (close: Closer) => void): Promise<void> {
  const paths = homePaths(env.home);
  openHome(paths);
  const stillOurs = await claimHome(paths);
  const runtimes = createRuntimes(env.registries);
  // Each tries programs of its own: bots wait to be adopted until both know.
  const opening = openIsolation({ home: env.home, say, mode: env.isolation });
  const [isolation, node] = await Promise.all([
    opening,
    describeNode(`${paths.worker}/node.json`, Object.values(runtimes), opening),
  ]);

  const installer = createInstaller();
  const processes = openProcesses({ isolation, fifosDir: `${paths.worker}/fifos` });
  opened(() => processes.close());
  const logs = openLogs({
    botsDir: paths.bots,
    // Opened below; nobody reads a log before it is there.
    secretsOf: (botId) => supervisor.secrets(botId),
    policyOf: (botId) => supervisor.logPolicy(botId),
    say,
  });
  opened(() => logs.close());
  const unseal = createUnseal(() => readKey(paths.sealKey));
  const templatesDir = inRoot("templates");
  const imports = await openImports({
    dir: paths.imports,
    templatesDir,
    botsDir: paths.bots,
    folders: env.folders,
    allowNetworks: env.allowNetworks,
    gitCaFile: env.gitCaFile,
    limitBytes: env.importLimitBytes,
    unseal,
  });
  opened(() => imports.close());

  const supervisor = createSupervisor({
    botsDir: paths.bots,
    budgetFile: `${paths.worker}/budget.json`,
    processes,
    isolation,
    drivers: runtimes,
    installer,
    logs,
    // Opened below, because it hands definitions to the supervisor; no bot moves before it is there.
    records: {
      desired: (...row) => records.desired(...row),
      run: (...row) => records.run(...row),
      forget: (...row) => records.forget(...row),
    },
    unseal,
    panelUrl: env.panelUrl,
    mend: (_definition, folders) => mend(folders, say),
    say,
  });
  opened(() => supervisor.close());
  const files = openFiles({ botsDir: paths.bots, of: (botId) => supervisor.filesOf(botId), say });
  opened(() => files.close());
  const fileSearches = openFileSearches({ folderOf: (botId) => supervisor.filesOf(botId)?.folders.files, say });
  opened(() => fileSearches.close());
  const ask = openQuestions(paths.webSocket);
  const transfers = openTransfers({
    botsDir: paths.bots,
    files,
    ask,
    pulls: { allowNetworks: env.allowNetworks, caFile: env.gitCaFile },
    say,
  });
  opened(() => transfers.close());
  const deploys = openDeploys({
    botsDir: paths.bots,
    supervisor,
    files,
    logs,
    unseal,
    allowNetworks: env.allowNetworks,
    gitCaFile: env.gitCaFile,
    limitBytes: env.importLimitBytes,
    say,
  });
  opened(() => deploys.close());
  const dependencies = openDependencies({
    botsDir: paths.bots,
    supervisor,
    drivers: runtimes,
    changes: createPackageChanges(env.registries),
    installer,
    isolation,
    files,
    logs,
    say,
  });
  opened(() => dependencies.close());
  const monitor = openMonitor({ supervisor, home: env.home, say });
  opened(() => monitor.close());
  opened(monitor.onBot((botId, sample) => supervisor.measured(botId, sample)));

  let awake = () => {};
  const booted = new Promise<void>((settle) => {
    awake = settle;
  });
  const records: Records = openRecords({
    url: readDatabaseUrl,
    owedFile: `${paths.worker}/owed.jsonl`,
    node: { id: node.nodeId, name: node.name, version: node.version },
    heal: async (definition) => {
      await booted;
      await supervisor.put(definition);
    },
    say,
  });
  opened(() => records.close());
  const sftp = await openSftp({
    ...env.sftp,
    hostKeyFile: paths.sftpHostKey,
    version: node.version,
    ask,
    files,
    say,
  });
  opened(() => sftp.close());
  const nodeNow = (): NodeInfo => ({ ...node, database: records.database(), sftp: sftp.report() });

  const gateway = await openGateway({
    port: env.gatewayPort,
    ticketKey: readKey(paths.ticketKey),
    allowedOrigins: env.publicUrl ? [env.publicUrl.origin] : [],
    supervisor,
    monitor,
    logs,
    node: nodeNow,
    say,
  }).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    throw new CannotStart(
      `Port ${env.gatewayPort} is taken by another program. Set BOTYARD_GATEWAY_PORT to a free one.`,
    );
  });
  opened(() => gateway.close());
  opened(openPublish({ supervisor, monitor, logs, deploys, gateway }));
  await stillOurs();
  const rpc = await openRpc({
    socketPath: paths.workerSocket,
    supervisor,
    imports,
    logs,
    files,
    fileSearches,
    transfers,
    deploys,
    dependencies,
    monitor,
    gateway,
    sftp,
    node: nodeNow,
    templates: () => listTemplates(templatesDir),
    say,
  });
  opened(() => rpc.close());

  await dependencies.boot();
  await supervisor.boot();
  awake();
  await transfers.boot();
  await deploys.boot();
  say(`worker ${node.version}: ${supervisor.ids().length} bots; live connections on 127.0.0.1:${gateway.port}`);
}

async function describeNode(
  idFile: string,
  drivers: readonly Driver[],
  opening: Promise<Isolation>,
): Promise<Omit<NodeInfo, "database" | "sftp">> {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(inRoot("package.json"), "utf8")));
  const found = await Promise.all(
    drivers.map(async (driver) => ({ name: driver.name, version: await driver.probe() })),
  );
  return {
    nodeId: readNodeId(idFile),
    name: hostname(),
    version,
    pid: process.pid,
    startedAt: Date.now(),
    cores: cpus().length,
    runtimes: found,
    isolation: (await opening).report,
  };
}

const closers: Closer[] = [];
let ending = false;

/** Closes what was opened, newest first, and ends. Bots run on. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(code), CLOSE_MS);
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      say(`closing: ${String(error)}`);
    }
  }
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end(0));
for (const bug of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(bug, (error: unknown) => {
    // What state we are in is unknown now; the bots' is on disk. PM2 starts the next worker, which adopts them.
    say(`${bug}: ${error instanceof Error ? error.stack : String(error)}`);
    process.exit(1);
  });
}

async function start(): Promise<void> {
  try {
    await open(readEnv(), (close) => void closers.push(close));
    process.send?.("ready");
  } catch (error) {
    if (error instanceof CannotStart) console.error(error.message);
    else say(`the worker could not start: ${error instanceof Error ? error.stack : String(error)}`);
    await end(1);
  }
}

void start();
