import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createInstaller } from "../install/index";
import { createRuntimes } from "../runtimes/index";
import { areUsers, foldersOf, home, isolation, noLimits, one, openCells } from "./testing/cells";

/* What the machine cannot do cannot be tried on it; what is tried says on what it depends. The full set needs root and bubblewrap. */

openCells();

describe.runIf(areUsers)("what a worker that is root installs", () => {
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
  });
});
