import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bareEnv } from "../bare-env";
import { killsOr } from "../testing/env";
import { withBytes } from "./bytes";
import { finishCuts } from "./keep";
import type { Means } from "./means";
import { createMembers } from "./members";
import { partsOf } from "./pages";
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

const runDir = () => join(home, "bots", bot, "runs", "1");
const numberedLine = (number: number) => `line ${number} ${"x".repeat(number % 97)}`;

/** What is kept, a text for each stretch without a gap, and how many bytes are missing. */
async function readAll() {
  return withBytes({ runDir: runDir(), source: "console", members: createMembers() }, async (bytes) => {
    const texts: string[] = [];
    let missing = 0;
    for (const part of partsOf(bytes, 0, bytes.size)) {
      const length = part.to - part.from;
      if (part.kind === "gap") {
        missing += length;
        continue;
      }
      const all = Buffer.alloc(length);
      const { bytesRead } = await bytes.read(all, 0, length, part.from);
      texts.push(all.toString("latin1", 0, bytesRead));
    }
    return { texts, missing, gaps: bytes.gaps, size: bytes.size };
  });
}

const ways: readonly (readonly [Means, boolean])[] = [
  ["collapse", true],
  ["collapse", false],
  ["punch", true],
  ["stop", true],
  ["stop", false],
];

/** Kills workers while they cut the log of a bot that prints, until the bot is told to end; answers how many lines it printed. */
async function printUnderKills(
  means: Means,
  { numbered, outrun, braked }: { numbered: boolean; outrun: number; braked: number },
): Promise<number> {
  mkdirSync(runDir(), { recursive: true });
  const worker = await bundled();
  const out = openSync(join(runDir(), "out.log"), "a");
  const count = join(home, "count");
  const printing = spawn(process.execPath, ["-e", writer, numbered ? "numbered" : "", count], {
    stdio: ["ignore", out, "inherit"],
  });
  closeSync(out);
  children.push(printing);
  await vi.waitFor(() => expect(statSync(join(runDir(), "out.log")).size).toBeGreaterThan(1024 * 1024));
  let amid = 0;
  const base = () => parseStanding(standingText(runDir()))?.base ?? 0;
  // By chance alone a few may all come before the first cut is whole.
  for (let killed = 0; killed < KILLS || base() === 0; killed++) {
    const before = standingText(runDir());
    const child = spawn(process.execPath, [worker, join(home, "bots"), bot, means, String(outrun), String(braked)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: bareEnv({}),
    });
    children.push(child);
    await new Promise<void>((settle, fail) => {
      child.stdout.once("data", () => settle());
      child.once("exit", (code) => fail(new Error(`the worker ended by itself: ${code}`)));
    });
    // It is at work now, and goes on with one piece after the other.
    await vi.waitFor(() => expect(standingText(runDir())).not.toBe(before), { interval: 2 });
    await sleep(Math.random() * 80);
    await kill(child);
    if (parseStanding(standingText(runDir()))?.cut) amid += 1;
  }
  // By chance alone a few may all miss it.
  if (KILLS >= 40) expect(amid).toBeGreaterThan(0);
  await finishCuts(join(home, "bots"), console.error);
  await vi.waitFor(() => expect(readFileSync(`/proc/${printing.pid}/stat`, "latin1")).toMatch(/\) [RSD] /));
  const over = new Promise((settle) => printing.once("exit", settle));
  printing.kill("SIGTERM");
  await over;
  expect(readdirSync(runDir()).sort()).toEqual(["out.idx", "out.log", "rotate.json", "segments"]);
  return Number(readFileSync(count, "utf8"));
}

async function expectAll(printed: number, numbered: boolean): Promise<void> {
  const { texts, gaps } = await readAll();
  expect(gaps).toEqual([]);
  const lines = texts.join("").split("\n").slice(0, -1);
  expect(lines).toHaveLength(printed);
  const wrong = numbered
    ? lines.findIndex((line, index) => line !== numberedLine(index))
    : lines.findIndex((line) => line !== "the same line, and again the same line");
  expect(wrong).toBe(-1);
}

const TIME_MS = 120_000 + KILLS * 2_000;

test.each(ways)(
  "killed while it cuts (%s, numbered lines: %s), it loses and doubles nothing",
  async (means, numbered) => {
    const printed = await printUnderKills(means, { numbered, outrun: 1e9, braked: 0 });
    await expectAll(printed, numbered);
  },
  TIME_MS,
);

test(
  "killed while a flooding bot waits for its packing, it leaves nobody stopped, and loses and doubles nothing",
  async () => {
    const printed = await printUnderKills("collapse", { numbered: true, outrun: 512 * 1024, braked: 1e12 });
    await expectAll(printed, true);
  },
  TIME_MS,
);

test(
  "killed while a flooding bot waits for it to let go, it leaves nobody stopped, and what is gone is counted",
  async () => {
    const printed = await printUnderKills("collapse", { numbered: true, outrun: 512 * 1024, braked: 0 });
    const { texts, size, missing } = await readAll();
    expect(missing).toBeGreaterThan(0);
    expect(texts.reduce((sum, text) => sum + text.length, missing)).toBe(size);
    const numbers = texts.flatMap((text) =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => {
          const number = Number(line.split(" ")[1]);
          expect(line).toBe(numberedLine(number));
          return number;
        }),
    );
    expect(numbers.findIndex((number, index) => number <= (numbers[index - 1] ?? -1))).toBe(-1);
    expect(numbers.at(-1)).toBe(printed - 1);
  },
  TIME_MS,
);
