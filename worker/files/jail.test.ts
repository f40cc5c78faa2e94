import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJail, type Jail } from "./jail";
import { newPartsOf, partsOf } from "./path";

let home: string;
let jail: Jail;
beforeEach(async () => {
  home = await mkdtemp(`${tmpdir()}/by-jail-`);
  await mkdir(`${home}/files/src/deep`, { recursive: true });
  await mkdir(`${home}/outside`);
  await writeFile(`${home}/files/src/bot.js`, "bot");
  await writeFile(`${home}/outside/bot.js`, "secret");
  jail = createJail(`${home}/files`);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const { O_RDONLY, O_WRONLY, O_TRUNC } = constants;
const text = (path: string) => jail.file(partsOf(path), O_RDONLY, async (file) => (await file.readFile()).toString());
const names = (path: string) => jail.folder(partsOf(path), ({ path: at }) => readdir(at));
const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code,
  );

describe("a client's path", () => {
  it.each([
    "..",
    "../outside",
    "src/../../outside",
    "src/..",
    "/etc/passwd",
    "//etc",
    "src//bot.js",
    "src/",
    ".",
    "./src",
    "src/\0bot.js",
    "x".repeat(256),
    "a/".repeat(70).slice(0, -1),
  ])("%j is refused", (path) => {
    expect(() => partsOf(path)).toThrow(expect.objectContaining({ code: "path_unsafe" }));
  });

  // Nothing is decoded or mended: these name files, which are not there.
  it.each(["....//bot.js".replace("//", "/"), "%2e%2e/outside", "..\\outside", "\uff0e\uff0e/outside", ".. /outside"])(
    "%j leads nowhere",
    async (path) => {
      expect(await code(text(path))).toBe("file_missing");
    },
  );

  it.each(["a\nb", "a\\b", "", "a ", "\u001b[31m", "\ufffd"])("nothing new gets the name %j", (name) => {
    expect(() => newPartsOf(name)).toThrow(expect.objectContaining({ code: "path_unsafe" }));
  });
});

it("opens what is there, from the bot's folder down", async () => {
  expect(await text("src/bot.js")).toBe("bot");
  expect((await names("")).toSorted()).toEqual(["src"]);
  expect(await code(text("src/none.js"))).toBe("file_missing");
  expect(await code(text("none/bot.js"))).toBe("file_missing");
  expect(await code(text("src/bot.js/x"))).toBe("file_not_folder");
  expect(await code(text("src"))).toBe("file_is_folder");
  expect(await code(jail.above([], async () => {}))).toBe("path_unsafe");
});

it.each([
  ["to a file", (at: string) => symlink(`${home}/outside/bot.js`, at)],
  ["to a file of the bot itself", (at: string) => symlink("src/bot.js", at)],
  ["to the root of all", (at: string) => symlink("/proc/self/root", at)],
  ["to a link", async (at: string) => symlink(`${home}/outside`, `${at}2`).then(() => symlink(`${at}2`, at))],
  ["to nothing", (at: string) => symlink("none", at)],
])("a link %s is neither followed nor opened", async (_what, make) => {
  await make(`${home}/files/link`);
  expect(await code(text("link"))).toBe("file_special");
  expect(await code(names("link"))).toBe("file_not_folder");
  expect(await code(text("link/bot.js"))).toBe("file_not_folder");
  expect(await code(text(`link${home}/outside/bot.js`))).toBe("file_not_folder");
});

it("a FIFO is never opened, nor waited for", async () => {
  execFileSync("/usr/bin/mkfifo", [`${home}/files/fifo`]);
  expect(await code(text("fifo"))).toBe("file_special");
  expect(await code(jail.file(["fifo"], O_WRONLY, async () => {}))).toBe("file_special");
});

it("what is open stays what it is when its name is given to something else", async () => {
  await jail.folder(["src"], async (folder) => {
    await rename(`${home}/files/src`, `${home}/files/old`);
    await symlink(`${home}/outside`, `${home}/files/src`);
    await unlink(folder.at("bot.js"));
  });
  expect(await readdir(`${home}/files/old`)).toEqual(["deep"]);
  expect(await readdir(`${home}/outside`)).toEqual(["bot.js"]);
});

/** Swaps files/src for a link to the outside and back: mostly as fast as it can, and now and then so that others get somewhere. */
const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
const [, at, outside] = process.argv;
const rest = () => Math.random() < 0.2 && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * Math.random());
console.log("swapping");
for (;;) {
  rest();
  renameSync(at, at + ".away");
  symlinkSync(outside, at);
  rest();
  unlinkSync(at);
  renameSync(at + ".away", at);
}`;

it("ten thousand tries against a bot that swaps the folder for a link: nothing outside is read, written or removed", async () => {
  const swapper = spawn(process.execPath, ["-e", SWAPPER, `${home}/files/src`, `${home}/outside`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const met: Record<string, number> = {};
  const note = (what: string) => {
    met[what] = (met[what] ?? 0) + 1;
  };
  try {
    await once(swapper.stdout, "data");
    for (let n = 0; n < 2_500; n++) {
      note(await text("src/bot.js").catch((error) => error.code));
      note(await code(jail.file(partsOf("src/bot.js"), O_WRONLY | O_TRUNC, (file) => file.writeFile("bot"))));
      note(await code(jail.above(["src", "new"], (folder, name) => writeFile(folder.at(name), "", { flag: "wx" }))));
      note(await code(jail.above(["src", "new"], (folder, name) => unlink(folder.at(name)))));
    }
  } finally {
    swapper.kill("SIGKILL");
    await once(swapper, "exit");
  }
  // Both were met: the folder itself, and a link in its place.
  expect(met.done).toBeGreaterThan(100);
  expect((met.file_missing ?? 0) + (met.file_not_folder ?? 0)).toBeGreaterThan(100);
  expect(Object.keys(met)).not.toContain("secret");
  expect(await readdir(`${home}/outside`)).toEqual(["bot.js"]);
  expect(await readFile(`${home}/outside/bot.js`, "utf8")).toBe("secret");
});
