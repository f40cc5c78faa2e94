import { spawn } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, expect, it, vi } from "vitest";
import { groupPids } from "./groups";
import { entering } from "./index";
import { areUsers, foldersOf, home, isolateAnew, isolation, one, openCells, sh, start, two } from "./testing/cells";

/* What the machine cannot do cannot be tried on it; what is tried says on what it depends. The full set needs root and bubblewrap. */

openCells();

describe.runIf(areUsers)("bots of a worker that is root", () => {
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
    await isolateAnew();
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
});
