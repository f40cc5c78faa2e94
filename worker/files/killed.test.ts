import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { folderQuery } from "#contracts/files";
import { killsOr } from "../testing/env";
import { BOT, createStage, type Stage } from "./stage";

/* A worker that is killed in the middle of anything: what has a name is whole, and nothing is left over. */

let stage: Stage;
let elsewhere: string | undefined;
afterEach(async () => {
  await stage.remove();
  if (elsewhere) await rm(elsewhere, { recursive: true });
  elsewhere = undefined;
});

const program = fileURLToPath(new URL("./saver.ts", import.meta.url));
const NAMES = Array.from({ length: 20 }, (_, n) => `file${n}`);

/** Lets a worker come round once, and kills it at any moment after that. */
async function killOne(): Promise<void> {
  const argv = ["--import", "tsx", program, `${stage.home}/bots`, BOT, stage.at];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), gone.then(() => Promise.reject(new Error("it ended by itself")))]);
  await new Promise((later) => setTimeout(later, Math.random() * 300));
  child.kill("SIGKILL");
  await gone;
}

/** Every thing that lies somewhere under a name is whole. */
async function expectWhole(): Promise<void> {
  const [first, , last] = (await readFile(`${stage.at}/bot.js`, "utf8")).split(" ");
  expect(first).toBe(last);
  const copies = (await readdir(stage.at)).includes("copy") ? [`${stage.at}/copy`] : [];
  for (const id of await readdir(`${stage.root}/trash`)) {
    const item = `${stage.root}/trash/${id}/item`;
    const names = await readdir(item);
    if (names.includes("file0")) copies.push(item);
    else expect(names).toEqual(["a"]);
  }
  for (const copy of copies) {
    const names = await readdir(copy);
    expect(names.filter((name) => name !== "deep").toSorted()).toEqual(NAMES.toSorted());
    expect((await readFile(`${copy}/file7`)).length).toBe(100_000);
  }
}

async function fill(): Promise<void> {
  await mkdir(`${stage.at}/src/deep`, { recursive: true });
  for (const name of NAMES) await writeFile(`${stage.at}/src/${name}`, "x".repeat(100_000));
  await writeFile(`${stage.at}/src/deep/a`, "a");
}

it.each([
  ["its own folder", undefined],
  ["a folder on another file system", "/dev/shm"],
])("%s: all is old or new, and the next worker finds nothing half", async (_what, other) => {
  elsewhere = other && (await mkdtemp(`${other}/by-killed-`));
  stage = await createStage(elsewhere);
  await fill();
  let leftovers = 0;
  // Until it was in the middle of something.
  for (let n = 0; n < killsOr(6) || leftovers === 0; n++) {
    await killOne();
    const half = [...(await stage.staged()), ...(await readdir(stage.at))].filter((name) =>
      /\.botyard|^\w{16}$/.test(name),
    );
    leftovers += half.length;
    const next = stage.open();
    await next.list(BOT, folderQuery.parse({}));
    expect(await stage.staged()).toEqual([]);
    expect((await readdir(stage.at)).toSorted()).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/botyard/)]),
    );
    await expectWhole();
    await next.close();
  }
  expect(stage.said).toEqual([]);
});
