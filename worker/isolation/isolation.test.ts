import { chmod, readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { killGroup } from "./groups";
import { openIsolation } from "./index";
import {
  areUsers,
  foldersOf,
  home,
  isApart,
  isolation,
  node,
  noLimits,
  one,
  openCells,
  sh,
  two,
} from "./testing/cells";

/* What the machine cannot do cannot be tried on it; what is tried says on what it depends. The full set needs root and bubblewrap. */

openCells();

describe.runIf(areUsers)("a bot under a worker that is root", () => {
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

it("switched off isolates nothing, and says neither that something is missing", async () => {
  const off = await openIsolation({ home, say: () => {}, mode: "off" });
  expect(off.report.level).toBe("none");
  expect(off.report.missing.filter(({ code }) => code !== "cgroup")).toEqual([]);
  const confinement = await off.confine({ botId: one, run: 999, folders: foldersOf(one), limits: noLimits, reads: [] });
  expect(confinement).toMatchObject({ level: "none", wrap: [] });
  for (const group of confinement.groups) killGroup(group);
  off.release(one, 999);
});
