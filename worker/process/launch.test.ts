import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { carriers } from "../testing/carriers";
import { createCounter } from "./census";
import { launchRun } from "./launch";
import { readExit } from "./records";
import { findShell } from "./shell";
import { openSpawns } from "./spawns";
import { bot, createStage, type Stage, soon } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

const sh = (script: string): [string, ...string[]] => ["/bin/sh", "-c", script];

/** How runs end: a name, the command line, the exit. `wait` is what it does first. */
const ends: [string, (wait: string) => [string, ...string[]], { code: number | null; signal: string | null }][] = [
  ["code 7", (wait) => sh(`${wait}; exit 7`), { code: 7, signal: null }],
  ["code 0", (wait) => sh(`${wait}; exit 0`), { code: 0, signal: null }],
  ["code 143, which looks like SIGTERM", (wait) => sh(`${wait}; exit 143`), { code: 143, signal: null }],
  ["code 130, which looks like SIGINT", (wait) => sh(`${wait}; exit 130`), { code: 130, signal: null }],
  ["code 255", (wait) => sh(`${wait}; exit 255`), { code: 255, signal: null }],
  ["SIGSEGV", (wait) => sh(`${wait}; kill -s SEGV $$`), { code: null, signal: "SIGSEGV" }],
  ["SIGKILL", (wait) => sh(`${wait}; kill -s KILL $$`), { code: null, signal: "SIGKILL" }],
  ["SIGTERM", (wait) => sh(`${wait}; kill -s TERM $$`), { code: null, signal: "SIGTERM" }],
  ["SIGINT", (wait) => sh(`${wait}; kill -s INT $$`), { code: null, signal: "SIGINT" }],
  ["SIGABRT", (wait) => sh(`${wait}; kill -s ABRT $$`), { code: null, signal: "SIGABRT" }],
];

describe.each(ends)("an end by %s is told exactly", (_name, argv, exit) => {
  test("with the worker there", async () => {
    const live = await stage.processes.launch(stage.spec(argv("true")));
    expect(await live.exited).toMatchObject({ ...exit, recorded: true });
  });

  test("while the worker is away", async () => {
    const { pid } = await stage.processes.launch(stage.spec(argv("sleep 0.2")));
    stage.nextWorker();
    await soon(() => expect(() => process.kill(pid, 0)).toThrow());
    await soon(() => expect(carriers(stage.botId)).toEqual([]));
    expect(await stage.find()).toMatchObject({
      kind: "ended",
      run: 1,
      rebooted: false,
      exit: { ...exit, recorded: true },
    });
  });

  test("after adoption", async () => {
    const { pid } = await stage.processes.launch(stage.spec(argv("read -r go")));
    stage.nextWorker();
    const live = await stage.alive();
    expect(live).toMatchObject({ pid, adopted: true });
    await live.send("go\n");
    expect(await live.exited).toMatchObject({ ...exit, recorded: true });
  });
});

test.runIf(existsSync("/bin/bash"))("where sh is bash, runs are recorded as well, a code above 128 apart", async () => {
  await symlink("/bin/bash", `${stage.home}/sh`);
  const wrap = await findShell([`${stage.home}/sh`]);
  for (const [n, end] of ["exit 7", "exit 0", "kill -s KILL $$", "kill -s INT $$"].entries()) {
    const spec = stage.spec(sh(`sleep 0.1; ${end}`), n + 1);
    const { recorder } = await launchRun(spec, {
      wrap,
      bootId: "a-boot",
      counter: createCounter(),
      spawns: openSpawns(),
    });
    expect(recorder).toBeDefined();
    await soon(() => expect(readExit(spec.runDir)).not.toBeNull());
  }
  const exits = [1, 2, 3, 4].map((run) => readExit(`${stage.runsDir}/${run}`));
  expect(exits.map((exit) => exit?.code ?? exit?.signal)).toEqual([7, 0, "SIGKILL", "SIGINT"]);
});

test("a program that is not there ends with 127", async () => {
  const live = await stage.processes.launch(stage.spec(["/no/such/program"]));
  expect(await live.exited).toMatchObject({ code: 127, signal: null, recorded: true });
  expect(await stage.output()).toContain("/no/such/program");
});

test("fixture bots end as their names say", async () => {
  const codes: unknown[] = [];
  const files = [bot("crashes.mjs", "9"), bot("exits-0.mjs"), bot("needs-config.mjs"), bot("segfaults.py")];
  for (const [n, argv] of files.entries()) {
    const live = await stage.processes.launch(stage.spec(argv, n + 1));
    const { code, signal } = await live.exited;
    codes.push(code ?? signal);
    await live.killTree();
  }
  expect(codes).toEqual([9, 0, 78, "SIGSEGV"]);
});

test("the bot gets this environment, these files and these signals, and nothing else", async () => {
  const look =
    "import os,json;print(json.dumps([dict(os.environ),sorted(os.listdir('/proc/self/fd')),open('/proc/self/status').read()]),flush=True)";
  const live = await stage.processes.launch(stage.spec(["/usr/bin/python3", "-c", look]));
  await live.exited;
  const [env, fds, status] = JSON.parse(await stage.output());
  expect(env).toEqual({
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: stage.home,
    PWD: stage.home,
    LC_CTYPE: "C.UTF-8", // Python's own doing.
    BOTYARD_BOT: `${stage.botId}:1`,
  });
  expect(fds).toEqual(["0", "1", "2", "3"]); // 3 is the listing itself.
  expect(status).toMatch(/^SigBlk:\t0+$/m);
  // Python itself ignores SIGPIPE and SIGXFSZ and handles SIGINT: it would not if it had been handed an ignored one.
  expect(status).toMatch(/^SigIgn:\t0000000001001000$/m);
  expect(status).toMatch(/^SigCgt:\t[0-9a-f]*2$/m);
});

test("values reach the bot as they are", async () => {
  const odd = ["$HOME", "`id`", "a b", "'\"", "-n", "", "x=y", "*", "\\", "ü\n"];
  const live = await stage.processes.launch(
    stage.spec([process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...odd]),
  );
  await live.exited;
  expect(JSON.parse(await stage.output())).toEqual(odd);
});

test("a program with = in its path is run", async () => {
  await mkdir(`${stage.home}/a=b`);
  await writeFile(`${stage.home}/a=b/run`, "#!/bin/sh\necho yes\n", { mode: 0o755 });
  const live = await stage.processes.launch(stage.spec([`${stage.home}/a=b/run`]));
  expect(await live.exited).toMatchObject({ code: 0 });
  expect(await stage.output()).toBe("yes\n");
});

test("folder, log and input are the owner's only", async () => {
  await stage.launch(bot("polite.mjs"));
  const modes = await Promise.all(
    ["", "/out.log", "/in"].map(async (file) => (await stat(`${stage.runsDir}/1${file}`)).mode & 0o777),
  );
  expect(modes).toEqual([0o700, 0o600, 0o600]);
});

test("the recorder and the bot are nobody's children: killing the worker's tree does not find them", async () => {
  const { pid } = await stage.launch(bot("polite.mjs"));
  const ancestors: number[] = [];
  for (let at = pid; at > 1; ) {
    at = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${at}/stat`, "latin1"))?.[1]);
    ancestors.push(at);
  }
  expect(ancestors).not.toContain(process.pid);
});

describe("a second copy", () => {
  test("is refused by the one who launched the first", async () => {
    await stage.launch(bot("polite.mjs"));
    await expect(stage.processes.launch(stage.spec(bot("polite.mjs"), 2))).rejects.toMatchObject({
      code: "command_refused",
    });
  });

  test("is refused at the same moment", async () => {
    const both = await Promise.allSettled(
      [1, 2].map((run) => stage.processes.launch(stage.spec(bot("polite.mjs"), run))),
    );
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  test("is refused by a worker that has not looked", async () => {
    await stage.launch(bot("polite.mjs"));
    await expect(stage.nextWorker().launch(stage.spec(bot("polite.mjs"), 2))).rejects.toMatchObject({
      code: "command_refused",
    });
  });

  test("is refused by the run's own folder, without touching what is in it", async () => {
    const first = await stage.processes.launch(stage.spec(bot("exits-0.mjs")));
    await first.exited;
    await first.killTree();
    const before = readFileSync(`${stage.runsDir}/1/exit`, "utf8");
    await expect(stage.processes.launch(stage.spec(bot("exits-0.mjs")))).rejects.toMatchObject({
      code: "command_refused",
    });
    expect(readFileSync(`${stage.runsDir}/1/exit`, "utf8")).toBe(before);
    expect(await stage.output()).toBe("done\n");
  });
});

test("a folder that is not there, or cannot be written, is said and leaves no process", async () => {
  await expect(
    stage.processes.launch({ ...stage.spec(bot("polite.mjs")), cwd: `${stage.home}/none` }),
  ).rejects.toMatchObject({
    code: "folder_missing",
  });
  await writeFile(`${stage.home}/file`, "");
  await expect(
    stage.processes.launch({ ...stage.spec(bot("polite.mjs")), runDir: `${stage.home}/file/1` }),
  ).rejects.toMatchObject({ code: "disk_unwritable" });
  expect(carriers(stage.botId)).toEqual([]);
});

test("signals reach the bot, and its exit is still written down", async () => {
  const polite = await stage.launch(bot("polite.mjs"));
  polite.signal("SIGINT");
  expect(await polite.exited).toMatchObject({ code: 0, signal: null });
  expect(await stage.output()).toContain("bye SIGINT");
  await polite.killTree();

  const stubborn = await stage.launch(bot("stubborn.mjs"), 2);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    stubborn.signal(signal);
    await soon(async () => expect(await stage.output(2)).toContain(`ignored ${signal}`));
  }
  stubborn.signal("SIGKILL");
  expect(await stubborn.exited).toMatchObject({ code: null, signal: "SIGKILL", recorded: true });
});

test("nothing of ours stays open for a run that ended", async () => {
  const count = () => readdirSync("/proc/self/fd").length;
  // A spawner is there before it is counted.
  stage.nextWorker({ spawns: { few: 0 } });
  const first = await stage.processes.launch(stage.spec(bot("exits-0.mjs")));
  await first.exited;
  await first.killTree();
  const before = count();
  for (let run = 2; run < 5; run++) {
    const live = await stage.processes.launch(stage.spec(bot("exits-0.mjs"), run));
    await live.exited;
    await live.killTree();
  }
  // Some are closed by threads of their own.
  await soon(() => expect(count()).toBeLessThanOrEqual(before));
});
