import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { BotId } from "#contracts/bot";
import { command } from "#contracts/process";
import { createInstaller } from "../install/index";
import type { Driver, Logs } from "../ports/index";
import { openProcesses } from "../process/index";
import { createFakeIsolation } from "./fakes";
import { createSupervisor, type SupervisorPorts } from "./index";

/*
 * A worker of real processes and real time, and nothing beside: no database, no gateway, one plain driver. For the tests
 * of this folder, in their own process or (`node --import tsx small-worker.ts <home>`) in one that can be killed.
 */

const words = z.tuple([z.string()], z.string());
const plan = z.object({
  tool: z.string(),
  hash: z.string(),
  steps: z.array(z.object({ argv: words, cwd: z.string(), env: z.record(z.string(), z.string()) })),
});

/** Runs the entry with this very Node. */
const plainNode: Driver = {
  name: "node",
  probe: async () => process.version,
  fits: () => true,
  // What a test lays there; nothing to install without it.
  async prepare(folders) {
    const text = await readFile(`${folders.files}/plan.json`, "utf8").catch(() => null);
    return text === null ? null : plan.parse(JSON.parse(text));
  },
  launch: async (folders, entry, args) => ({
    reads: [],
    argv: [process.execPath, `${folders.files}/${entry}`, ...args],
    env: { PATH: "/usr/bin:/bin", HOME: folders.files },
  }),
};

/** The last lines as they lie in the file; nothing is followed. */
const plainLogs = (botsDir: string): Pick<Logs, "follow" | "mask" | "tail" | "prune"> => ({
  mask: (_botId, text) => text,
  follow: () => () => {},
  async tail(botId: BotId, run, _source, lines) {
    const text = await readFile(`${botsDir}/${botId}/runs/${run}/out.log`, "utf8").catch(() => "");
    return text.trimEnd().split("\n").slice(-lines);
  },
  prune: async () => {},
});

/** Builds it over a home; the bots of that home wake with `supervisor.boot()`. `over` puts something else in a part's place. */
export function createSmallWorker(home: string, over: Partial<SupervisorPorts> = {}) {
  const processes = openProcesses();
  const botsDir = `${home}/bots`;
  const supervisor = createSupervisor({
    botsDir,
    budgetFile: `${home}/budget.json`,
    processes,
    isolation: createFakeIsolation(),
    drivers: { node: plainNode, python: plainNode },
    installer: createInstaller(),
    logs: plainLogs(botsDir),
    records: { desired() {}, run() {}, forget() {} },
    unseal: (_botId, _key, sealed) => sealed,
    panelUrl: "http://127.0.0.1:3000",
    say: (line) => process.stderr.write(`${line}\n`),
    ...over,
  });
  return {
    supervisor,
    processes,
    async close() {
      await supervisor.close();
      await processes.close();
    },
  };
}

// Run as a program: tells each change as a line of JSON, and obeys "<command> <bot>" from its input.
if (process.argv[1]?.endsWith("small-worker.ts")) {
  const { supervisor } = createSmallWorker(process.argv[2] ?? "");
  const tell = (id: BotId) => process.stdout.write(`${JSON.stringify({ id, now: supervisor.get(id) })}\n`);
  supervisor.onChange(tell);
  process.stdin.on("data", (bytes) => {
    for (const line of bytes.toString().trim().split("\n")) {
      const [word, id] = line.split(" ");
      const known = command.safeParse(word);
      if (id && known.success) void supervisor.command(id, known.data).catch(() => {});
    }
  });
  void supervisor.boot().then(() => process.stdout.write('"booted"\n'));
}
