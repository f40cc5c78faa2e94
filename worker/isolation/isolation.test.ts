import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BotLimits } from "#contracts/bot";
import { bareEnv } from "../bare-env";
import { createInstaller } from "../install/index";
import type { BotFolders, Isolation } from "../ports/index";
import { createRuntimes } from "../runtimes/index";
import { groupPids, killGroup } from "./groups";
import { entering, openIsolation } from "./index";

/* What the machine cannot do cannot be tried on it; what is tried says on what it depends. The full set needs root and bubblewrap. */

const noLimits: BotLimits = { memoryMb: 0, cpuPercent: 0, processes: 0, openFiles: 0, diskMb: 0 };
const [one, two] = ["aaaaaaaaa1", "bbbbbbbbb2"];
let home: string;
let isolation: Isolation;

const isRoot = process.getuid?.() === 0;
/** Asked in a folder of its own, before there are tests to leave out. */
const isApart = await mkdtemp(`${tmpdir()}/by-isolated-`).then(async (dir) => {
  await mkdir(`${dir}/worker`);
  const { report } = await openIsolation({ home: dir, say: () => {} });
  await rm(dir, { recursive: true });
  return report.level !== "none";
});

const foldersOf = (bot: string): BotFolders => {
  const root = `${home}/bots/${bot}`;
  return { root, files: `${root}/files`, venv: `${root}/venv`, runs: `${root}/runs` };
};

beforeAll(async () => {
  home = await mkdtemp(`${tmpdir()}/by-isolation-`);
  for (const folder of ["secrets", "run", "worker", "postgres/s"])
    await mkdir(`${home}/${folder}`, { recursive: true });
  await writeFile(`${home}/secrets/seal.key`, "the key of everything", { mode: 0o600 });
  for (const bot of [one, two]) {
    await mkdir(foldersOf(bot).files, { recursive: true });
    await writeFile(`${foldersOf(bot).files}/mine.txt`, `secret of ${bot}`);
    await writeFile(`${foldersOf(bot).root}/definition.json`, "{}");
  }
  isolation = await openIsolation({ home, say: () => {} });
});
afterAll(() => rm(home, { recursive: true, force: true }));

let runs = 0;
/** Runs a command line the way a run is: through the groups, in the confinement. */
async function start(
  bot: string,
  argv: readonly string[],
  options: { limits?: Partial<BotLimits>; files?: string; reads?: readonly string[] } = {},
) {
  const run = ++runs;
  const folders = { ...foldersOf(bot), ...(options.files && { files: options.files }) };
  const confinement = await isolation.confine({
    botId: bot,
    run,
    folders,
    limits: { ...noLimits, ...options.limits },
    reads: options.reads ?? [],
  });
  const [program, ...args] = entering(confinement, argv);
  const child = spawn(program, args, {
    cwd: folders.files,
    env: bareEnv({ PATH: "/usr/local/bin:/usr/bin:/bin", HOME: `${folders.root}/home` }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (bytes) => {
    out += bytes;
  });
  child.stderr.on("data", (bytes) => {
    out += bytes;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; out: string }>((settle) =>
    child.once("close", (code, signal) => settle({ code, signal, out })),
  );
  return { run, confinement, child, ended, output: () => out, release: () => isolation.release(bot, run) };
}

async function sh(text: string, args: readonly string[] = [], options: Parameters<typeof start>[2] = {}) {
  const { ended, release } = await start(one, ["/bin/sh", "-c", text, "bot", ...args], options);
  const result = await ended;
  release();
  return { ...result, out: result.out.trim() };
}

/** Runs a program in the bot and answers with what it said. */
const node = (text: string, args: readonly string[] = []) => sh('exec node -e "$@"', [text, ...args]);

describe.runIf(isRoot)("a bot under a worker that is root", () => {
  it("has what this machine offers, and the report says so", async () => {
    const { level, kill, missing } = isolation.report;
    expect({ level, kill, missing }).toEqual({ level: "user", kill: "namespace", missing: expect.any(Array) });
    expect(isolation.of(one, foldersOf(one))).toEqual({ level: "user", kill: "namespace" });
  });

  it("is a user of its own without a capability, number 1 of its own processes", async () => {
    const { out } = await sh(
      'id -u; echo $$; grep -E "^(Cap|NoNewPrivs)" /proc/self/status; ls /proc | grep -c "^[0-9]"',
    );
    const [uid, pid, ...rest] = out.split("\n");
    const owner = (await stat(foldersOf(one).files)).uid;
    expect(Number(uid)).toBe(owner);
    expect(owner).toBeGreaterThan(1_000);
    expect(pid).toBe("1");
    expect(rest.filter((line) => line.startsWith("Cap")).every((line) => /\t0+$/.test(line))).toBe(true);
    expect(rest).toContain("NoNewPrivs:\t1");
    expect(Number(rest.at(-1))).toBeLessThan(6);
  });
});

describe.runIf(isApart)("an isolated bot", () => {
  it("reads and writes what is its own, at the paths that it has outside, and finds itself by name", async () => {
    const { files, root } = foldersOf(one);
    const { out } = await sh(
      'pwd; cat mine.txt; echo; echo new >"$1/new.txt"; echo x >"$HOME/x"; echo y >/tmp/y; cat "$1/new.txt"; whoami; getent hosts localhost',
      [files],
    );
    expect(out.split("\n")).toEqual([files, `secret of ${one}`, "new", "bot", expect.stringContaining("localhost")]);
    expect(await readFile(`${root}/home/x`, "utf8")).toBe("x\n");
    await expect(stat("/tmp/y")).rejects.toThrow();
  });

  it.each([
    ["another bot's files", () => `cat "${foldersOf(two).files}/mine.txt"`],
    ["another bot's name", () => `ls "${home}/bots" | grep ${two}`],
    ["the panel's secrets", () => `cat "${home}/secrets/seal.key"`],
    ["its own definition", () => `cat "${home}/bots/${one}/definition.json"`],
    ["the worker's environment", () => `tr '\\0' '\\n' </proc/${process.pid}/environ`],
    ["the panel's folder", () => `cd "${process.cwd()}"`],
    ["a file of the system's", () => "echo x >/etc/passwd"],
    ["a place that is nobody's", () => "echo x >/x"],
    ["a program of the system's", () => "echo x >/usr/bin/x"],
    ["passwords of the server", () => "cat /etc/shadow"],
    ["the home of root", () => "ls /root/"],
    ["the worker, by a signal", () => `kill -0 ${process.pid}`],
    ["a file system to mount", () => "mount -t tmpfs none /tmp"],
    ["the cover over its root", () => "mount -o remount,rw / && echo x >/x"],
    ["another user", () => "setpriv --reuid 0 id"],
    ["the kernel's settings", () => "echo x >/proc/sys/kernel/core_pattern"],
    ["a device", () => "mknod /tmp/disk b 254 0"],
    ["control groups", () => "ls /sys/fs/cgroup"],
  ])("cannot reach %s", async (_, command) => {
    const { code, out } = await sh(`( ${command()} ) && echo reached`);
    expect(out).not.toContain("reached");
    expect(code).not.toBe(0);
  });

  it.each(["run/worker.sock", "postgres/s/.s.PGSQL.5432"])("cannot connect to %s", async (name) => {
    const path = `${home}/${name}`;
    const server = createServer((socket) => socket.end("hello")).listen(path);
    await vi.waitFor(() => stat(path));
    // As open as can be: it is not the mode that keeps a bot away.
    await chmod(path, 0o777);
    const { out } = await node(
      "require('net').connect(process.argv[1]).on('connect', () => console.log('reached')).on('error', (e) => console.log(e.code))",
      [path],
    );
    expect(out).toMatch(/^(ENOENT|EACCES)$/);
    await new Promise((settle) => server.close(settle));
  });
});

describe.runIf(isRoot)("bots of a worker that is root", () => {
  /** A group that tells who is in it. */
  const counted = { processes: 1_000 };

  it("sees and signals no process of another bot, even of the same server at the same time", async () => {
    const other = await start(two, ["/bin/sh", "-c", "echo up; read -r _; exit 0"], { limits: counted });
    await vi.waitFor(() => expect(other.output()).toContain("up"));
    const pids = groupPids(other.confinement.groups);
    expect(pids.length).toBeGreaterThan(0);
    const { out } = await sh(
      'for p; do kill -9 "$p" && echo reached; cat "/proc/$p/environ" && echo reached; done',
      pids.map(String),
    );
    expect(out).not.toContain("reached");
    expect(groupPids(other.confinement.groups)).toEqual(pids);
    other.child.stdin.end();
    expect(await other.ended).toMatchObject({ code: 0 });
    other.release();
  });

  it("gets descriptors that its parent left open, and its exit code comes out", async () => {
    const { confinement, release } = await start(one, ["/bin/true"]);
    const file = `${home}/fd3`;
    await writeFile(file, "");
    const command = entering(confinement, ["/bin/sh", "-c", "echo told >&3; exit 7"]);
    const child = spawn("/bin/sh", ["-c", 'exec 3>>"$1"; shift; exec "$@"', "sh", file, ...command]);
    expect(await new Promise((settle) => child.once("exit", settle))).toBe(7);
    expect(await readFile(file, "utf8")).toBe("told\n");
    release();
  });

  it("takes everything it made along when number 1 ends", async () => {
    const script = "setsid sleep 300 & (setsid sleep 301 &) ; echo up; read -r _";
    const bot = await start(one, ["/bin/sh", "-c", script], { limits: counted });
    await vi.waitFor(() => expect(bot.output()).toContain("up"));
    await vi.waitFor(() => expect(groupPids(bot.confinement.groups).length).toBeGreaterThan(3));
    bot.child.stdin.end();
    await vi.waitFor(() => expect(groupPids(bot.confinement.groups)).toEqual([]));
    await bot.ended;
    bot.release();
    for (const group of bot.confinement.groups) await expect(stat(group)).rejects.toThrow();
  });

  it("keeps its number, and nobody else gets it, in the next worker as well", async () => {
    const owner = (await stat(foldersOf(one).files)).uid;
    expect((await stat(foldersOf(two).files)).uid).not.toBe(owner);
    await rm(`${home}/worker/users.json`);
    isolation = await openIsolation({ home, say: () => {} });
    expect(Number((await sh("id -u")).out)).toBe(owner);
    const third = "ccccccccc3";
    await mkdir(foldersOf(third).files, { recursive: true });
    const { ended, release } = await start(third, ["/bin/true"]);
    await ended;
    release();
    expect((await stat(foldersOf(third).files)).uid).toBeGreaterThan((await stat(foldersOf(two).files)).uid);
  });

  it("runs in a folder on the server as the folder's owner, and gives nothing in it away", async () => {
    const files = await mkdtemp(`${tmpdir()}/by-folder-`);
    await writeFile(`${files}/root.txt`, "root's");
    await chmod(`${files}/root.txt`, 0o644);
    await chown(files, 54_321, 54_321);
    expect((await sh("id -u; echo own >own.txt; cat root.txt", [], { files })).out).toBe("54321\nroot's");
    expect((await stat(`${files}/root.txt`)).uid).toBe(0);
    await chown(files, 0, 0);
    expect(isolation.of(one, { ...foldersOf(one), files })).toEqual({ level: "sandbox", kill: "namespace" });
    const { out } = await sh(
      // Errors come by another pipe, and could fall into the middle of a line.
      'exec 2>/dev/null; id -u; grep CapEff /proc/self/status; echo x >/proc/sys/kernel/core_pattern || echo closed; echo x >/proc/sysrq-trigger || echo closed; cat "$1" || echo closed',
      [`${home}/secrets/seal.key`],
      { files },
    );
    expect(out).toMatch(/^0\nCapEff:\t0+\n/);
    expect(out.match(/^closed$/gm)).toHaveLength(3);
    await rm(files, { recursive: true });
  });

  it("reads its interpreter wherever that lies, and writes nothing there", async () => {
    const opt = await mkdtemp(`${tmpdir()}/by-opt-`);
    await mkdir(`${opt}/bin`);
    await writeFile(`${opt}/bin/tool`, "#!/bin/sh\necho a tool\n", { mode: 0o755 });
    for (const path of [opt, `${opt}/bin`, `${opt}/bin/tool`]) await chmod(path, 0o755);
    expect((await sh('"$1/bin/tool"', [opt])).out).toContain("not found");
    const { out } = await sh('"$1/bin/tool"; echo x >"$1/x" || echo closed', [opt], { reads: [opt] });
    expect(out.split("\n")).toEqual(expect.arrayContaining(["a tool", "closed"]));
    await rm(opt, { recursive: true });
  });

  it("does not see the panel's home even where it lies in a folder that is shown, or is the bot's own", async () => {
    const look = 'ls "$1"; cat "$1/secrets/seal.key" 2>/dev/null || echo hidden; cd "$HOME" && pwd';
    const seen = ["bots", "hidden", `${foldersOf(one).root}/home`].join("\n");
    expect((await sh(look, [home], { reads: [tmpdir()] })).out).toBe(seen);
    await chmod(home, 0o755);
    expect((await sh(look, [home], { files: tmpdir() })).out).toBe(seen);
    await chmod(home, 0o700);
  });

  it("installs as the bot, with a folder on the disk to unpack in, and what comes of it is the bot's", async () => {
    const folders = foldersOf(one);
    const confinement = await isolation.confine({ botId: one, run: 0, folders, limits: noLimits, reads: [] });
    const outcome = await createInstaller().run(
      one,
      {
        steps: [
          {
            argv: ["/bin/sh", "-c", 'mkdir -p node_modules/x; id -u; cat "$0"', `${home}/secrets/seal.key`],
            cwd: folders.files,
            env: { PATH: "/usr/bin:/bin" },
          },
        ],
      },
      { logFile: `${home}/install.log`, signal: new AbortController().signal, confinement },
    );
    isolation.release(one, 0);
    expect(outcome).toMatchObject({ ok: false });
    expect(await readFile(`${home}/install.log`, "utf8")).not.toContain("the key of everything");
    expect((await stat(`${folders.files}/node_modules/x`)).uid).toBe((await stat(folders.files)).uid);
  });

  it("installs a bot's packages with npm, by a script of theirs that finds nothing of the panel's", async () => {
    const folders = foldersOf(one);
    const steals = `cat '${home}/secrets/seal.key' >stolen 2>&1; id -u >who; exit 0`;
    await mkdir(`${folders.files}/greeting`, { recursive: true });
    await writeFile(
      `${folders.files}/greeting/package.json`,
      JSON.stringify({ name: "greeting", version: "1.0.0", scripts: { postinstall: steals } }),
    );
    await writeFile(`${folders.files}/package.json`, JSON.stringify({ dependencies: { greeting: "file:./greeting" } }));
    const plan = await createRuntimes({}).node.prepare(folders);
    if (!plan) throw new Error("nothing to install");
    const reads = plan.reads ?? [];
    const confinement = await isolation.confine({ botId: one, run: 0, folders, limits: noLimits, reads });
    const logFile = `${home}/npm.log`;
    const outcome = await createInstaller().run(one, plan, {
      logFile,
      signal: new AbortController().signal,
      confinement,
    });
    isolation.release(one, 0);
    expect(outcome, await readFile(logFile, "utf8")).toMatchObject({ ok: true });
    expect(await readFile(`${folders.files}/greeting/stolen`, "utf8")).toContain("No such file");
    const owner = (await stat(folders.files)).uid;
    expect(await readFile(`${folders.files}/greeting/who`, "utf8")).toBe(`${owner}\n`);
    expect((await stat(`${folders.root}/cache/npm`)).uid).toBe(owner);
  }, 60_000);
});

describe("limits that the kernel holds", () => {
  it.runIf(isRoot)("ends a bot that takes too much memory, and tells", async () => {
    expect(isolation.report.limits.memory).toBe("kernel");
    const eats = "const all = []; for (;;) all.push(Buffer.alloc(8e6, 1));";
    const bot = await start(one, ["node", "-e", eats], { limits: { memoryMb: 96 } });
    await bot.ended;
    expect(isolation.limitHit(one, bot.run)).toBe("memory");
    // The next worker sweeps the groups, and still knows.
    const next = await openIsolation({ home, say: () => {}, mode: "off" });
    expect(next.limitHit(one, bot.run)).toBe("memory");
    for (const group of next.groupsOf(one, bot.run)) await expect(stat(group)).rejects.toThrow();
  });

  it.runIf(isRoot)("refuses the process that is one too many, and tells", async () => {
    const many =
      "for (let i = 0; i < 60; i++) require('child_process').spawn('sleep', ['5']).on('error', () => {});setTimeout(() => process.exit(), 300)";
    const bot = await start(one, ["node", "-e", many], { limits: { processes: 32 } });
    await bot.ended;
    expect(isolation.limitHit(one, bot.run)).toBe("processes");
    bot.release();
    expect(isolation.limitHit(one, bot.run)).toBeUndefined();
  });

  it("puts a run into no group that would hold nothing for it, and leaves none behind", async () => {
    const folders = foldersOf(one);
    const confine = (limits: BotLimits) => isolation.confine({ botId: one, run: 998, folders, limits, reads: [] });
    const without = (await confine(noLimits)).groups;
    const { groups } = await confine({ ...noLimits, memoryMb: 64, processes: 9 });
    expect(groups).toEqual(expect.arrayContaining([...without]));
    // What only holds limits is not entered where none is asked; what kills is, unless a space of its own kills already.
    for (const group of without) expect(existsSync(`${group}/cgroup.kill`), group).toBe(true);
    if (isolation.report.kill === "namespace") expect(without).toEqual([]);
    expect(isolation.groupsOf(one, 998).toSorted()).toEqual(groups.toSorted());
    isolation.release(one, 998);
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
  });

  it("limits the files one process may hold open", async () => {
    expect((await sh("ulimit -n", [], { limits: { openFiles: 77 } })).out).toBe("77");
  });
});

it("switched off isolates nothing, and says neither that something is missing", async () => {
  const off = await openIsolation({ home, say: () => {}, mode: "off" });
  expect(off.report.level).toBe("none");
  expect(off.report.missing.filter(({ code }) => code !== "cgroup")).toEqual([]);
  const confinement = await off.confine({ botId: one, run: 999, folders: foldersOf(one), limits: noLimits, reads: [] });
  expect(confinement).toMatchObject({ level: "none", wrap: [] });
  for (const group of confinement.groups) killGroup(group);
  off.release(one, 999);
});
