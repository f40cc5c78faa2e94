import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openIsolation } from "../isolation";
import type { Confinement, Isolation } from "../ports/index";
import { carriers } from "../testing/carriers";
import { bot, createStage, named, type Stage, soon } from "./stage";

/* What is left of a bot, by each means to kill it: nothing, also of what carries no mark any more. */

const bwrap = "/usr/bin/bwrap";
const open = { openFiles: 0, fileBytes: 0 };
const space = (home: string): Confinement => ({
  ...open,
  level: "sandbox",
  kill: "namespace",
  wrap: [bwrap, "--ro-bind", "/", "/", "--bind", home, home, "--dev", "/dev", "--proc", "/proc"].concat([
    "--unshare-pid",
    "--as-pid-1",
    "--new-session",
    "--",
  ]),
  groups: [],
});
const inGroups = (groups: readonly string[]) => (): Confinement => ({
  ...open,
  level: "none",
  kill: "cgroup",
  wrap: [],
  groups,
});

/** Where a control group of our own can be made, or nothing where we may not make one. */
function tryGroup(root: string): string | undefined {
  const path = `${root}/by-test-${process.pid}`;
  try {
    mkdirSync(path);
    // A group of a folder that is none would take no process.
    const isGroup = existsSync(`${path}/cgroup.procs`);
    rmdirSync(path);
    return isGroup ? path : undefined;
  } catch {
    return undefined;
  }
}

const roots = { version2: ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"], version1: ["/sys/fs/cgroup/pids"] };
const firstOf = (candidates: readonly string[], has: string) => candidates.find((root) => existsSync(`${root}/${has}`));
const means: [string, { group?: string; confinement: (home: string) => Confinement }][] = [];
if (existsSync(bwrap)) means.push(["namespace", { confinement: space }]);
for (const [name, root] of [
  ["cgroup, version 2", firstOf(roots.version2, "cgroup.subtree_control")],
  ["cgroup, version 1", firstOf(roots.version1, "cgroup.procs")],
] as const) {
  const group = root && tryGroup(root);
  if (group) means.push([name, { group, confinement: inGroups([group]) }]);
}

describe.each(means)("by %s", (_name, { group, confinement }) => {
  let stage: Stage;
  const released: number[] = [];
  beforeEach(async () => {
    if (group) mkdirSync(group, { recursive: true });
    released.length = 0;
    const isolation = {
      groupsOf: () => (group ? [group] : []),
      limitHit: () => undefined,
      release: (_: string, run: number) => void released.push(run),
    };
    stage = await createStage({ confinement, isolation });
  });
  afterEach(async () => {
    await stage.end();
    if (group) await soon(() => rmdirSync(group));
  });

  test.each([
    ["forks.mjs", []],
    ["setsids.py", []],
    ["daemonizes.py", []],
    ["stubborn.mjs", []],
    ["stops-itself.py", []],
    ["bombs.py", ["60"]],
  ])("%s: nothing is left, and its end is written down", async (file, args) => {
    const live = await stage.launch(bot(file, ...args));
    await live.killTree();
    expect(carriers(stage.botId)).toEqual([]);
    expect(await live.exited).toMatchObject({ code: null, signal: "SIGKILL", recorded: true });
    expect(released).toEqual([1]);
  });

  test("one that took off its mark and left: killed with the bot, after a crash, and after adoption", async () => {
    const live = await stage.launch(bot("hides.py", `${stage.botId}-1`));
    await soon(() => expect(named(`${stage.botId}-1`)).toHaveLength(1));
    await live.killTree();
    expect(named(`${stage.botId}-1`)).toEqual([]);

    const crashed = await stage.processes.launch(stage.spec(bot("hides.py", `${stage.botId}-2`, "3"), 2));
    expect(await crashed.exited).toMatchObject({ code: 3 });
    await crashed.killTree();
    expect(named(`${stage.botId}-2`)).toEqual([]);

    await stage.launch(bot("hides.py", `${stage.botId}-3`), 3);
    stage.nextWorker();
    await (await stage.alive()).killTree();
    expect(named(`${stage.botId}-3`)).toEqual([]);

    const { pid } = await stage.launch(bot("hides.py", `${stage.botId}-4`, "3"), 4);
    stage.nextWorker();
    await soon(() => expect(() => process.kill(pid, 0)).toThrow());
    await soon(async () => expect(await stage.find()).toMatchObject({ kind: "ended", exit: { code: 3 } }));
    expect(named(`${stage.botId}-4`)).toEqual([]);
  });
});

test("the marker alone cannot see one that took it off: that is why there are other means", async () => {
  const stage = await createStage();
  const live = await stage.launch(bot("hides.py", stage.botId));
  await soon(() => expect(named(stage.botId)).toHaveLength(1));
  await live.killTree();
  const left = named(stage.botId);
  for (const pid of left) process.kill(pid, "SIGKILL");
  expect(left).toHaveLength(1);
  await stage.end();
});

describe("as this machine keeps bots apart", () => {
  let stage: Stage;
  let isolation: Isolation;
  beforeEach(async () => {
    stage = await createStage();
    isolation = await openIsolation({ home: stage.home, say: () => {} });
    await stage.processes.close();
    stage.nextWorker({ isolation });
  });
  afterEach(() => stage.end());

  async function launch(argv: [string, ...string[]], limits: { memoryMb?: number; processes?: number }) {
    const root = `${stage.home}/bots/${stage.botId}`;
    const folders = { root, files: `${root}/files`, venv: `${root}/venv`, runs: `${root}/runs` };
    mkdirSync(folders.files, { recursive: true });
    const script = argv[1] ?? "";
    writeFileSync(`${folders.files}/entry`, readFileSync(script));
    const confinement = await isolation.confine({
      botId: stage.botId,
      run: 1,
      folders,
      reads: [],
      limits: { memoryMb: 0, cpuPercent: 0, processes: 0, openFiles: 0, diskMb: 0, ...limits },
    });
    const [program, , ...args] = argv;
    const command: [string, ...string[]] = [program, `${folders.files}/entry`, ...args];
    const spec = { ...stage.spec(command), runDir: `${folders.runs}/1`, cwd: folders.files, confinement };
    return { live: await stage.processes.launch(spec), log: `${folders.runs}/1/out.log` };
  }

  test("a bot that outgrows its memory is ended, and that is told", async ({ skip }) => {
    if (isolation.report.limits.memory !== "kernel") skip("the kernel does not limit memory here");
    const { live } = await launch(
      ["/usr/bin/python3", writeScript("x = []\nwhile True: x.append(bytearray(1 << 20))")],
      {
        memoryMb: 32,
      },
    );
    expect(await live.exited).toMatchObject({ code: null, signal: "SIGKILL", limit: "memory" });
    await live.killTree();
  });

  test("a fork bomb stays within its processes, the bot's page is told, and nothing is left", async ({ skip }) => {
    if (isolation.report.limits.processes !== "kernel") skip("the kernel does not limit processes here");
    const { live, log } = await launch(bot("bombs.py", "150"), { processes: 40 });
    await soon(() => expect(readFileSync(log, "utf8")).toContain("refused"));
    expect(live.pids().length).toBeLessThanOrEqual(44);
    await live.killTree();
    expect(await live.exited).toMatchObject({ signal: "SIGKILL", limit: "processes" });
    expect(carriers(stage.botId)).toEqual([]);
    expect(isolation.groupsOf(stage.botId, 1).filter((path) => existsSync(path))).toEqual([]);
  });

  function writeScript(text: string): string {
    writeFileSync(`${stage.home}/script`, text);
    return `${stage.home}/script`;
  }
});
