import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { circumstances, loadNow } from "../report/circumstances";
import { large } from "./large";
import { many } from "./many";
import { page } from "./page";
import { openPanel } from "./panel";
import { type FileSamples, filesPage } from "./report";
import { rowsOf, type Side } from "./rows";
import type { Size, Work } from "./scenario";
import { sftp } from "./sftp";

/*
 * npm run bench -- files: what moving files costs through a whole panel, beside what the system's own programs take for the same.
 * Writes FILES.md and FILES.json. `--quick`: a tenth of it, once; `--only <text>`: scenarios whose name holds it; `--out <folder>`.
 */

const MB = 1024 ** 2;
const GB = 1024 * MB;
const sizes = {
  full: {
    pageBytes: GB,
    bytes: 2 * GB,
    folderFiles: 5_000,
    searchFiles: 50_000,
    sftpBytes: 500 * MB,
    sftpFiles: 2_000,
    rounds: 3,
  },
  quick: {
    pageBytes: GB / 8,
    bytes: GB / 4,
    folderFiles: 500,
    searchFiles: 5_000,
    sftpBytes: 50 * MB,
    sftpFiles: 200,
    rounds: 1,
  },
} as const satisfies Record<string, Size>;

/** The large file is moved once: it takes minutes, and varies little. */
const scenarios: readonly { name: string; repeats?: number; run: (work: Work) => Promise<void> }[] = [
  { name: "page", run: page },
  { name: "large", repeats: 1, run: large },
  { name: "many", run: many },
  { name: "sftp", run: sftp },
];

const given = process.argv.slice(2);
const quick = given.includes("--quick");
/** The argument after a flag. */
const after = (flag: string) => (given.includes(flag) ? given[given.indexOf(flag) + 1] : undefined);
const out = after("--out") ?? fileURLToPath(new URL("..", import.meta.url));
const only = after("--only") ?? "";

async function main(): Promise<void> {
  const size = quick ? sizes.quick : sizes.full;
  const load = loadNow();
  const samples: FileSamples = new Map();
  const put = (row: string, side: Side, value: number) => {
    const sides = samples.get(row) ?? { botyard: [], peer: [] };
    samples.set(row, sides);
    sides[side].push(value);
    console.log(`  ${row} · ${side} ${value.toFixed(2)}`);
  };
  const notes: string[] = quick ? ["A quick run: once, and of less. Its figures are for seeing that it works."] : [];
  const note = (text: string) => {
    if (!notes.includes(text)) notes.push(text);
  };
  const home = mkdtempSync(join(tmpdir(), "by-bench-files-"));
  const folder = join(home, "bench");
  mkdirSync(folder);
  const begun = performance.now();
  const panel = await openPanel(join(home, "home"));
  try {
    for (let round = 0; round < size.rounds; round++) {
      for (const { name, repeats = size.rounds, run } of scenarios) {
        if (round >= repeats || !name.includes(only)) continue;
        console.log(`${round + 1} ${name}`);
        await run({ panel, size, folder, round, put, note });
      }
    }
  } finally {
    await panel.close();
    rmSync(home, { recursive: true, force: true });
  }
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const command = ["npm run bench -- files", ...given].join(" ");
  const facts = [...(await circumstances(tmpdir(), command, load)), ["Took", `${minutes} minutes`] as const];
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "FILES.md"), filesPage(rowsOf(size), samples, facts, notes));
  const json = { circumstances: Object.fromEntries(facts), notes, samples: Object.fromEntries(samples) };
  writeFileSync(join(out, "FILES.json"), `${JSON.stringify(json, null, 2)}\n`);
  console.log(`${join(out, "FILES.md")} written after ${minutes} minutes.`);
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
