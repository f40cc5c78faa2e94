import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { canBundle, loadLauncher } from "./bundle.mjs";
import { report } from "./failure.mjs";
import { say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { StepFailed } from "./run.mjs";
import { loadSettings } from "./settings.mjs";

/** npm stop [-- --bots keep|stop] */
export async function main() {
  let launcher;
  try {
    const wished = readFlag();
    if (!canBundle()) return say("Nothing of Botyard runs here: it was never installed.");
    loadSettings();
    launcher = await loadLauncher();
    await launcher.stop(root, { say, step }, async (running) => wished ?? (await ask(running)));
  } catch (error) {
    report(error, launcher?.isExpected);
  }
  process.exit();
}

function readFlag() {
  let bots;
  try {
    bots = parseArgs({ options: { bots: { type: "string" } } }).values.bots;
  } catch {}
  if (bots === undefined && process.argv.length === 2) return undefined;
  if (bots === "keep" || bots === "stop") return bots;
  throw new StepFailed("Use: npm stop -- --bots keep, or npm stop -- --bots stop");
}

async function ask(running) {
  const bots = running === 1 ? "1 bot runs" : `${running} bots run`;
  if (!process.stdin.isTTY) {
    say(`${bots}, and --bots keep|stop was not given: ${running === 1 ? "it keeps" : "they keep"} running.`);
    return "keep";
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${bots}. Stop ${running === 1 ? "it" : "them"} too? [y/N] `);
    return /^y(es)?$/i.test(answer.trim()) ? "stop" : "keep";
  } finally {
    terminal.close();
  }
}
