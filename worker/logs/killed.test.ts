import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bareEnv } from "../bare-env";
import { killsOr } from "../testing/env";
import { withBytes } from "./bytes";
import { finishCut } from "./cut";
import type { Means } from "./means";
import { createMembers } from "./members";
import { parseStanding, standingText } from "./standing";

const bot = "abcdefghij";
const KILLS = killsOr(4);
let home: string;
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-killed-"));
  children = [];
});
afterEach(async () => {
  for (const child of children) await kill(child);
  rmSync(home, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((settle) => child.once("exit", settle));
  child.kill("SIGKILL");
  await gone;
}

/** Prints lines until it is told to end, then how many in all into the file; `numbered`, or all the same. */
const writer = `
  const [numbered, file] = process.argv.slice(1);
  const fs = require("node:fs");
  let i = 0;
  const timer = setInterval(() => {
    let text = "";
    for (let k = 0; k < 200; k++, i++) text += numbered ? "line " + i + " " + "x".repeat(i % 97) + "\\n" : "the same line, and again the same line\\n";
    while (text) { const n = 1 + (i * 7919) % 5000; fs.writeSync(1, text.slice(0, n)); text = text.slice(n); }
  }, 1);
  process.on("SIGTERM", () => { clearInterval(timer); fs.writeFileSync(file, String(i)); });
`;

async function bundled(): Promise<string> {
  const outfile = `${home}/small-worker.mjs`;
  const entry = fileURLToPath(new URL("./small-worker.ts", import.meta.url));
  const require = "import { createRequire as make } from 'node:module'; const require = make(import.meta.url);";
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: require },
  });
  return outfile;
}

async function readAll(runDir: string): Promise<{ text: string; gaps: number }> {
  return withBytes({ runDir, source: "console", members: createMembers() }, async (bytes) => {
    const all = Buffer.alloc(bytes.size - bytes.start);
    const { bytesRead } = await bytes.read(all, 0, all.length, bytes.start);
    return { text: all.toString("latin1", 0, bytesRead), gaps: bytes.gaps.length };
  });
}

const ways: readonly (readonly [Means, boolean])[] = [
  ["collapse", true],
  ["collapse", false],
  ["punch", true],
  ["stop", true],
  ["stop", false],
];

test.each(ways)(
  "killed while it cuts (%s, numbered lines: %s), it loses and doubles nothing",
  async (means, numbered) => {
    const runDir = join(home, "bots", bot, "runs", "1");
    mkdirSync(runDir, { recursive: true });
    const worker = await bundled();
    const out = openSync(join(runDir, "out.log"), "a");
    const count = join(home, "count");
    const printing = spawn(process.execPath, ["-e", writer, numbered ? "numbered" : "", count], {
      stdio: ["ignore", out, "inherit"],
    });
    closeSync(out);
    children.push(printing);

    let amid = 0;
    for (let killed = 0; killed < KILLS; killed++) {
      const child = spawn(process.execPath, [worker, join(home, "bots"), bot, means], {
        stdio: ["ignore", "pipe", "inherit"],
        env: bareEnv({}),
      });
      children.push(child);
      await new Promise<void>((settle, fail) => {
        child.stdout.once("data", () => settle());
        child.once("exit", (code) => fail(new Error(`the worker ended by itself: ${code}`)));
      });
      await sleep(Math.random() * 120);
      await kill(child);
      if (parseStanding(standingText(runDir))?.cut) amid += 1;
    }
    // By chance alone a few may all miss it.
    if (KILLS >= 20) expect(amid).toBeGreaterThan(0);
    await finishCut(runDir);
    await vi.waitFor(() => expect(readFileSync(`/proc/${printing.pid}/stat`, "latin1")).toMatch(/\) [RSD] /));
    const over = new Promise((settle) => printing.once("exit", settle));
    printing.kill("SIGTERM");
    await over;

    const { text, gaps } = await readAll(runDir);
    const lines = text.split("\n").slice(0, -1);
    expect(gaps).toBe(0);
    expect(lines).toHaveLength(Number(readFileSync(count, "utf8")));
    const wrong = numbered
      ? lines.findIndex((line, index) => line !== `line ${index} ${"x".repeat(index % 97)}`)
      : lines.findIndex((line) => line !== "the same line, and again the same line");
    expect(wrong).toBe(-1);
    expect(readdirSync(join(runDir, "segments")).length).toBeGreaterThan(0);
    expect(readdirSync(runDir).sort()).toEqual(["out.idx", "out.log", "rotate.json", "segments"]);
    expect(JSON.parse(readFileSync(join(runDir, "rotate.json"), "utf8")).base).toBeGreaterThan(0);
  },
  120_000 + KILLS * 2_000,
);
