import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createJail } from "./jail";
import { codeOf, createStage, type Stage } from "./stage";

/* A jail that keeps folders open asks each time whether they still are where they were. */

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  await stage.files.close();
  await stage.remove();
});

test("a folder that was moved, or swapped for a link, is not used under its old name", async () => {
  mkdirSync(`${stage.at}/d`);
  writeFileSync(`${stage.at}/d/f`, "own");
  writeFileSync(`${stage.outside}/f`, "secret");
  const jail = createJail(stage.at).keepOpen();
  const read = () => jail.file(["d", "f"], 0, (file) => file.readFile("utf8"));
  expect([await read(), await read()]).toEqual(["own", "own"]);
  renameSync(`${stage.at}/d`, `${stage.at}/e`);
  expect(await codeOf(read())).toBe("file_missing");
  symlinkSync(stage.outside, `${stage.at}/d`);
  expect(await codeOf(read())).toBe("file_not_folder");
  await jail.close();
});

test("of many folders few stay open", async () => {
  const jail = createJail(stage.at).keepOpen();
  const opened: string[] = [];
  for (let at = 0; at < 20; at++) {
    mkdirSync(`${stage.at}/${at}`);
    opened.push(await jail.folder([String(at)], async ({ path }) => path));
  }
  expect(new Set(opened).size).toBeLessThan(8);
  await jail.close();
});

/** A process that has a lease on a file, and does not hear that somebody else wants it. */
const LEASE = `
import fcntl, os, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
fcntl.fcntl(os.open(sys.argv[1], os.O_RDWR), fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
sys.stdin.read()`;

test("a file that a bot has a lease on holds up who asks for it and nobody else", async () => {
  writeFileSync(`${stage.at}/leased`, "own");
  const bot = spawn("python3", ["-c", LEASE, `${stage.at}/leased`], { stdio: ["pipe", "pipe", "inherit"] });
  await once(bot.stdout, "data");
  const jail = createJail(stage.at).keepOpen();
  let isOpen = false;
  const opening = jail.openNow(["leased"], constants.O_RDONLY).then(({ fd }) => {
    isOpen = true;
    closeSync(fd);
  });
  for (let turn = 0; turn < 50; turn++) await jail.folder([], async () => new Promise(setImmediate));
  expect(isOpen).toBe(false);
  bot.stdin.end();
  await opening;
  await jail.close();
});
