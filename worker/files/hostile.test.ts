import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, link, lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileMove, type FileResult, fileMove, folderQuery } from "#contracts/files";
import { BOT, codeOf, createStage, type Stage } from "./stage";

/* Whatever a client names and whatever a bot plants: nothing outside the bot's folder is read, written, moved, copied or removed. */

let stage: Stage;
let before: unknown;
beforeEach(async () => {
  stage = await createStage();
  await mkdir(`${stage.outside}/deep`);
  await writeFile(`${stage.outside}/own`, "secret", { mode: 0o600 });
  await writeFile(`${stage.outside}/deep/own`, "secret", { mode: 0o600 });
  // Names that only begin like the bot's folder.
  await mkdir(`${stage.at}2`);
  await writeFile(`${stage.at}2/own`, "secret", { mode: 0o600 });
  await mkdir(`${stage.at}/src`);
  await writeFile(`${stage.at}/src/own`, "own");
  before = await outside();
});
afterEach(async () => {
  expect(await outside()).toEqual(before);
  await stage.remove();
});

/** All that lies outside, and what it may. */
async function outside() {
  const found: Record<string, unknown> = {};
  for (const root of [stage.outside, `${stage.at}2`]) {
    for (const one of await readdir(root, { recursive: true, withFileTypes: true })) {
      const path = `${one.parentPath}/${one.name}`;
      const { mode, uid, mtimeMs } = await lstat(path);
      found[path] = [mode, uid, mtimeMs, one.isFile() && (await readFile(path, "utf8"))];
    }
  }
  return found;
}

const results = ([result]: FileResult[]) => (result?.outcome === "failed" ? result.code : result?.outcome);
const move = (from: string, to: string, more: Partial<FileMove> = {}) =>
  stage.files.move(BOT, fileMove.parse({ from: [from], to, ...more })).then(results);

/** Everything that can be done to a path, and the code that it ends with. */
const deeds: Record<string, (path: string) => Promise<unknown>> = {
  list: (path) => codeOf(stage.files.list(BOT, folderQuery.parse({ path }))),
  read: (path) => codeOf(stage.files.read(BOT, path)),
  write: (path) => codeOf(stage.files.write(BOT, { path, text: "mine" }, "Ann")),
  makeFolder: (path) => codeOf(stage.files.makeFolder(BOT, path)),
  setMode: (path) => codeOf(stage.files.setMode(BOT, path, 0o777)),
  remove: (path) => stage.files.remove(BOT, [path]).then(results),
  "move from": (path) => move(path, "", { name: "moved", conflict: "keepBoth" }),
  "move to": (path) => move("src/own", path, { conflict: "overwrite" }),
  "copy from": (path) => move(path, "", { copy: true, name: "copied", conflict: "keepBoth" }),
  "copy to": (path) => move("src", path, { copy: true, conflict: "overwrite" }),
  history: (path) => codeOf(stage.files.history(BOT, path)),
};

describe.each(Object.keys(deeds))("%s", (name) => {
  const deed = deeds[name] ?? (async () => {});

  it.each([
    "..",
    "../../../outside",
    "../../../outside/own",
    "../files2/own",
    "src/../../files2/own",
    "src/..",
    "/etc/passwd",
    "//own",
    "src//own",
    "./src",
    "src/./own",
    "src/",
    "src/own\0.txt",
    "x".repeat(256),
    `${"d/".repeat(70)}x`,
  ])("%j is refused", async (path) => {
    expect(await deed(path)).toBe("path_unsafe");
  });

  it.each([
    "....//own".replace("//", "/"),
    "%2e%2e/own",
    "..%2fdeep/own",
    "\uff0e\uff0e/own",
    ".. /own",
    "%c0%ae%c0%ae/own",
  ])("%j leads nowhere", async (path) => {
    expect(["file_missing", "path_unsafe", name === "history" ? "done" : ""]).toContain(await deed(path));
  });

  it("never goes through a link", async () => {
    const links: Record<string, string> = {
      away: stage.outside,
      up: "../../../../..",
      root: "/proc/self/root",
      fd: "/proc/self/fd",
      chain: "away",
      loop: "loop",
    };
    for (const [link, to] of Object.entries(links)) await symlink(to, `${stage.at}/${link}`);
    const inside = ["own", "deep/own", "etc/passwd", "0", `${stage.outside.slice(1)}/own`];
    const allowed = ["file_not_folder", name === "history" ? "done" : ""];
    for (const link of Object.keys(links)) {
      for (const path of inside) expect(allowed).toContain(await deed(`${link}/${path}`));
    }
  });
});

it("what stands at a link's own name is the link", async () => {
  await symlink(`${stage.outside}/own`, `${stage.at}/link`);
  await symlink(stage.outside, `${stage.at}/away`);
  for (const path of ["link", "away"]) {
    expect(await deeds.read?.(path)).toBe("file_special");
    expect(await deeds.setMode?.(path)).toBe("file_special");
    expect(await deeds.list?.(path)).toBe("file_not_folder");
    expect(await deeds.makeFolder?.(path)).toBe("file_exists");
    expect(await deeds["copy from"]?.(path)).toBe("done");
    expect(await deeds.remove?.(path)).toBe("done");
  }
  expect((await lstat(`${stage.at}/copied`)).isSymbolicLink()).toBe(true);
  await stage.files.purge(BOT);
});

it("bits are 0 to 777 and of files and folders", async () => {
  await stage.files.setMode(BOT, "src/own", 0o640);
  await stage.files.setMode(BOT, "src", 0o700);
  expect((await lstat(`${stage.at}/src/own`)).mode & 0o7777).toBe(0o640);
  expect((await lstat(`${stage.at}/src`)).mode & 0o7777).toBe(0o700);
  for (const mode of [0o4755, 0o1777, -1]) {
    expect(await codeOf(stage.files.setMode(BOT, "src/own", mode))).toBe("bad_input");
  }
  execFileSync("mkfifo", [`${stage.at}/fifo`]);
  await chmod(`${stage.at}/fifo`, 0o600);
  expect(await codeOf(stage.files.setMode(BOT, "fifo", 0o777))).toBe("file_special");
  expect(await codeOf(stage.files.setMode(BOT, "", 0o777))).toBe("path_unsafe");
  // Its other name may be anywhere.
  await chmod(`${stage.outside}/own`, 0o600);
  await link(`${stage.outside}/own`, `${stage.at}/twin`);
  expect(await codeOf(stage.files.setMode(BOT, "twin", 0o777))).toBe("file_special");
  expect((await lstat(`${stage.outside}/own`)).mode & 0o777).toBe(0o600);
});

/** Swaps src for a link to the outside and back: mostly as fast as it can, and now and then so that others get somewhere. */
const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync, mkdirSync, writeFileSync } = require("node:fs");
const [, at, outside] = process.argv;
const rest = () => Math.random() < 0.2 && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * Math.random());
const quiet = (act) => { try { act(); } catch {} };
console.log("swapping");
for (;;) {
  quiet(() => mkdirSync(at));
  quiet(() => writeFileSync(at + "/own", "own"));
  rest();
  quiet(() => renameSync(at, at + ".away"));
  quiet(() => symlinkSync(outside, at));
  rest();
  quiet(() => unlinkSync(at));
  quiet(() => renameSync(at + ".away", at));
}`;

it("a bot that swaps a folder for a link while all is done to it loses only what is its own", async () => {
  const swapper = spawn(process.execPath, ["-e", SWAPPER, `${stage.at}/src`, stage.outside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const met = new Set<string>();
  try {
    await once(swapper.stdout, "data");
    for (let n = 0; n < 40; n++) {
      for (const [name, deed] of Object.entries(deeds)) {
        // Whatever it meets, it is one of the expected refusals.
        const said = String(await deed(["copy from", "move from", "list"].includes(name) ? "src" : "src/own"));
        met.add(`${name} ${said}`);
        expect(said).toMatch(/^(done|skipped|file_\w+)$/);
      }
      for (const name of ["moved", "copied"]) await stage.files.remove(BOT, [name]);
    }
    for (const name of ["list", "read", "write"]) expect(met).toContain(`${name} done`);
    // What was copied or thrown away is the bot's own, or the link itself.
    const kept = await readdir(`${stage.root}/trash`, { recursive: true, withFileTypes: true });
    const files = kept.filter((one) => one.isFile() && one.name !== "entry.json");
    for (const one of files) expect(await readFile(`${one.parentPath}/${one.name}`, "utf8")).toMatch(/^(own|mine|)$/);
    expect(files.length).toBeGreaterThan(0);
    await stage.files.purge(BOT);
  } finally {
    swapper.kill("SIGKILL");
    await once(swapper, "exit");
  }
});
