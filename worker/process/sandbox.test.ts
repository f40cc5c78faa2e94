import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chown } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Confinement } from "../ports/index";
import { carriers } from "../testing/carriers";
import { bot, createStage, isThere, killedLaunching, type Stage, soon } from "./stage";

/* A sandbox between recorder and bot, made by hand: bwrap with a space of process numbers of its own, or without one. */

const bwrap = "/usr/bin/bwrap";
const around = (home: string, ...more: string[]): Confinement => ({
  level: "sandbox",
  kill: more.includes("--unshare-pid") ? "namespace" : "marker",
  wrap: [bwrap, "--ro-bind", "/", "/", "--bind", home, home, "--dev", "/dev", ...more, "--new-session", "--"],
  groups: [],
  openFiles: 0,
  fileBytes: 0,
});
const kinds = {
  "with process numbers of its own": ["--proc", "/proc", "--unshare-pid", "--as-pid-1"],
  without: ["--ro-bind", "/proc", "/proc"],
};
const works = (() => {
  try {
    const [program = "", ...args] = around("/tmp", ...kinds["with process numbers of its own"]).wrap;
    execFileSync(program, [...args, "/bin/true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

if (!works) console.warn("Sandboxes are not tried: that takes the package bubblewrap.");

let stage: Stage;
afterEach(() => stage.end());
const sh = (script: string): [string, ...string[]] => ["/bin/sh", "-c", script];

/** Recorder, bwrap and INIT. */
const FRAME = 3;
const statOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
const parentOf = (pid: number) => Number(statOf(pid)[1]);

describe.runIf(works).each(Object.entries(kinds))("a sandbox %s", (_name, more) => {
  beforeEach(async () => {
    stage = await createStage({ confinement: (home) => around(home, ...more) });
  });

  test("ends are told exactly", async () => {
    const ends: [string, number | string][] = [
      ["exit 7", 7],
      ["exit 0", 0],
      ["exit 143", 143],
      ["exit 130", 130],
      ["exit 255", 255],
      ["kill -s SEGV $$", "SIGSEGV"],
      ["kill -s KILL $$", "SIGKILL"],
      ["kill -s TERM $$", "SIGTERM"],
      ["kill -s INT $$", "SIGINT"],
      ["kill -s ABRT $$", "SIGABRT"],
      ["exec /no/such/program", 127],
    ];
    const seen: unknown[] = [];
    for (const [n, [script]] of ends.entries()) {
      const live = await stage.processes.launch(stage.spec(sh(script), n + 1));
      const exit = await live.exited;
      seen.push([script, exit.recorded && (exit.code ?? exit.signal)]);
      await live.killTree();
    }
    expect(seen).toEqual(ends);
    const missing = await stage.processes.launch(stage.spec(["/no/such/program"], 20));
    expect(await missing.exited).toMatchObject({ code: 127, signal: null });
  });

  test("ends are told exactly after adoption, and while the worker is away", async () => {
    await stage.processes.launch(stage.spec(sh("sleep 0.2; exit 143")));
    stage.nextWorker();
    await soon(() => expect(carriers(stage.botId)).toEqual([]));
    const away = { kind: "ended", exit: { code: 143, signal: null, recorded: true } };
    expect(await stage.find()).toMatchObject(away);

    const { pid } = await stage.processes.launch(stage.spec(sh("read -r go; exit 143"), 2));
    stage.nextWorker();
    const live = await stage.alive();
    expect(live.pid).toBe(pid);
    await live.send("go\n");
    expect(await live.exited).toMatchObject({ code: 143, signal: null, recorded: true });
  });

  test("its pid is the bot's, signals reach it and its group, what it says and hears is its own", async () => {
    const live = await stage.launch(bot("echo.mjs"));
    expect(readFileSync(`/proc/${live.pid}/cmdline`, "latin1")).toContain("echo.mjs");
    expect(live.pids()).toEqual([live.pid]);
    await live.send("one\n");
    await soon(async () => expect(await stage.output()).toContain("heard one"));
    live.signal("SIGUSR2");
    expect(await live.exited).toMatchObject({ signal: "SIGUSR2" });
    await live.killTree();

    const polite = await stage.launch(bot("polite.mjs"), 2);
    polite.signal("SIGINT");
    expect(await polite.exited).toMatchObject({ code: 0, signal: null });
    expect(await stage.output(2)).toBe("ready\nbye SIGINT\n");
    await polite.killTree();

    const stubborn = await stage.launch(bot("stubborn.mjs"), 3);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      stubborn.signal(signal);
      await soon(async () => expect(await stage.output(3)).toContain(`ignored ${signal}`));
    }
    stubborn.signal("SIGKILL");
    expect(await stubborn.exited).toMatchObject({ code: null, signal: "SIGKILL", recorded: true });
    expect(await stage.output(3)).not.toContain("Killed");
  });

  test("the bot gets its own files, no signal is ignored or blocked", async () => {
    const look =
      "import os,json;print(json.dumps([sorted(os.listdir('/proc/self/fd')),os.readlink('/proc/self/fd/0'),open('/proc/self/status').read()]),flush=True)";
    const live = await stage.processes.launch(stage.spec(["/usr/bin/python3", "-c", look]));
    await live.exited;
    const [fds, input, status] = JSON.parse(await stage.output());
    expect(fds).toEqual(["0", "1", "2", "3"]); // 3 is the listing itself.
    expect(input).toBe(`${stage.runsDir}/1/in`);
    expect(status).toMatch(/^SigBlk:\t0+$/m);
    expect(status).toMatch(/^SigIgn:\t0000000001001000$/m);
  });

  test("killed, its end is written down and nothing is left; also after adoption", async () => {
    for (const run of [1, 2]) {
      const live = await stage.launch(bot("forks.mjs"), run);
      await soon(() => expect(carriers(stage.botId)).toHaveLength(4 + FRAME));
      expect(live.pids()).toHaveLength(4);
      if (run === 2) stage.nextWorker();
      const now = await stage.alive();
      await now.killTree();
      expect(carriers(stage.botId)).toEqual([]);
      expect(await now.exited).toMatchObject({ code: null, signal: "SIGKILL", recorded: true });
    }
  });

  test("whoever of the frame is killed: the bot is adopted, its end exact as long as INIT lives", async () => {
    const init = (pid: number) => parentOf(pid);
    const sandbox = (pid: number) => parentOf(init(pid));
    const recorder = (pid: number) => parentOf(sandbox(pid));
    for (const [n, victims] of [[recorder], [sandbox], [recorder, sandbox]].entries()) {
      const { pid } = await stage.launch(bot("titled.py"), n + 1);
      for (const victim of victims.map((who) => who(pid))) {
        process.kill(victim, "SIGKILL");
        await soon(() => expect(isThere(victim)).toBe(false));
      }
      stage.nextWorker();
      const live = await stage.alive();
      expect(live).toMatchObject({ pid, adopted: true });
      live.signal("SIGTERM");
      expect(await live.exited).toMatchObject({ code: null, signal: "SIGTERM", recorded: true });
      await live.killTree();
      expect(isThere(pid)).toBe(false);
    }
  });

  test("a worker killed at moments around the launch: never a second copy, and the bot itself is found", async () => {
    for (const [n, when] of killedLaunching.entries()) {
      await stage.workerKilledLaunching(bot("numbered.mjs", "200"), { run: n + 1, ...when });
      const next = stage.nextWorker();
      const found = await stage.find();
      const isAlive = found.kind === "alive";
      await soon(() => expect(carriers(stage.botId)).toHaveLength(isAlive ? 1 + FRAME : 0));
      if (isAlive)
        await soon(() => expect(readFileSync(`/proc/${found.live.pid}/cmdline`, "latin1")).toContain("numbered.mjs"));
      await next.killAll(stage.botId);
    }
  });

  test("a worker killed -9 again and again under it: same pid, one copy, no line lost or doubled", async () => {
    let pid: number | undefined;
    for (let round = 0; round < 3; round++) {
      const worker = await stage.workerWith(bot("numbered.mjs", "2000"));
      pid ??= worker.pid;
      expect(worker.pid).toBe(pid);
      worker.child.kill("SIGKILL");
      await worker.gone;
    }
    const live = await stage.alive();
    live.signal("SIGTERM");
    expect(await live.exited).toMatchObject({ signal: "SIGTERM", recorded: true });
    const lines = (await stage.output()).split("\n").slice(0, -1);
    expect(lines.map((line) => line.split(" ")[1])).toEqual(lines.map((_, n) => String(n)));
  });
});

describe.runIf(works)("number 1 in there", () => {
  beforeEach(async () => {
    stage = await createStage({ confinement: (home) => around(home, ...kinds["with process numbers of its own"]) });
  });

  test("killed, takes all with it, and that is written down", async () => {
    const live = await stage.launch(bot("hides.py", stage.botId));
    process.kill(parentOf(live.pid), "SIGKILL");
    expect(await live.exited).toMatchObject({ code: null, signal: "SIGKILL", recorded: true });
    await live.killTree();
  });

  test("takes in what the bot leaves behind", async () => {
    const live = await stage.launch(sh("for n in 1 2 3 4 5 6 7 8; do (sleep 0.1 &); done; echo ready; sleep 600"));
    const init = parentOf(live.pid);
    const zombies = () =>
      execFileSync("/bin/ps", ["-o", "stat=", "--ppid", String(init)], { encoding: "utf8" })
        .trim()
        .split("\n");
    await soon(() => expect(zombies()).toHaveLength(1));
    expect(zombies().join()).not.toContain("Z");
  });

  test("cannot be ended from within", async () => {
    const live = await stage.launch(sh("kill -s KILL 1; kill -s STOP 1; kill -s TERM 1; echo ready; sleep 600"));
    expect(statOf(parentOf(live.pid))[0]).toBe("S");
    live.signal("SIGTERM");
    expect(await live.exited).toMatchObject({ signal: "SIGTERM", recorded: true });
  });
});

test.runIf(works)("a sandbox that cannot be made is said in its own words, and leaves no process", async () => {
  stage = await createStage({ confinement: (home) => around(home, "--ro-bind", "/no/such", "/x") });
  await expect(stage.processes.launch(stage.spec(sh("true")))).rejects.toThrow(/no\/such/);
  expect(carriers(stage.botId)).toEqual([]);
});

test("limits are set for the bot alone, and what cannot be had is gone without", async () => {
  const limits = { openFiles: 321, fileBytes: 1_048_576, groups: ["/no/such/group"] };
  stage = await createStage({ confinement: () => ({ level: "none", kill: "marker", wrap: [], ...limits }) });
  const live = await stage.launch(sh("ulimit -n; ulimit -Hn; ulimit -f; ulimit -Hf; echo ready; exec sleep 600"));
  expect((await stage.output()).match(/^\d+$/gm)).toEqual(["321", "321", "2048", "2048"]);
  const limitsOf = (pid: number) => readFileSync(`/proc/${pid}/limits`, "latin1");
  expect(limitsOf(live.pid)).toMatch(/Max file size\s+1048576\s+1048576/);
  expect(limitsOf(parentOf(live.pid))).toMatch(/Max file size\s+unlimited/);
  await live.killTree();
  const huge = { ...stage.spec(sh("echo on"), 2), confinement: undefined };
  const tooMany: Confinement = {
    level: "none",
    kill: "marker",
    wrap: [],
    groups: [],
    openFiles: 2 ** 40,
    fileBytes: 0,
  };
  const other = await stage.processes.launch({ ...huge, confinement: tooMany });
  expect(await other.exited).toMatchObject({ code: 0 });
});

test.runIf(works && process.getuid?.() === 0 && existsSync("/usr/bin/setpriv"))(
  "as an ordinary user: marks in the sandbox are readable, so that the bot is adopted and killed",
  async () => {
    stage = await createStage({
      confinement: (home) => around(home, "--unshare-user", ...kinds["with process numbers of its own"]),
    });
    await chown(stage.home, 65_534, 65_534);
    const user = ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
    const first = await stage.workerWith(bot("titled.py"), 1, user);
    first.child.kill("SIGKILL");
    await first.gone;
    const second = await stage.workerWith(bot("titled.py"), 1, user);
    expect(second.pid).toBe(first.pid);
    expect(statOf(second.pid)[0]).toBe("S");
    second.child.kill("SIGUSR2"); // It kills the tree and leaves.
    await second.gone;
    expect(second.child.exitCode).toBe(0);
    expect(isThere(first.pid)).toBe(false);
    expect(carriers(stage.botId)).toEqual([]);
  },
);
