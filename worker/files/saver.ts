import { readFile } from "node:fs/promises";
import { botLimits } from "#contracts/bot";
import { fileMove } from "#contracts/files";
import { openFiles } from "./index";

/*
 * For tests: a worker that does nothing but save, copy over and remove, in a process that can be killed
 * (`node --import tsx saver.ts <botsDir> <bot> <files>`). It tells how often it came round.
 */

const [, , botsDir = "", botId = "", at = ""] = process.argv;
const root = `${botsDir}/${botId}`;
const files = openFiles({
  botsDir,
  of: () => ({
    folders: { root, files: at, venv: `${root}/venv`, runs: `${root}/runs` },
    limits: botLimits.parse({}),
  }),
  say: (line) => process.stderr.write(`${line}\n`),
});

/** A text that says of itself whether it is whole. */
const text = (n: number) => `${n} ${"x".repeat(1024 * 1024)} ${n}`;

async function main(): Promise<void> {
  const first = Number((await readFile(`${at}/bot.js`, "utf8").catch(() => "0")).split(" ")[0]);
  for (let n = first + 1; ; n++) {
    await files.write(botId, { path: "bot.js", text: text(n) }, "Ann");
    const copy = fileMove.parse({ from: ["src"], to: "", name: "copy", copy: true, conflict: "overwrite" });
    await files.move(botId, copy);
    await files.remove(botId, ["copy/deep"]);
    if (n % 4 === 0) await files.purge(botId);
    process.stdout.write(`${n}\n`);
  }
}

void main();
