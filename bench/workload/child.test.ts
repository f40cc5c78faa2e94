import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Tally } from "../measure/lines";
import { until } from "../measure/time";
import { type Child, makeChild, nodeChild } from "./child";
import { awayMs, recordsOf, written } from "./records";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "by-child-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one until it tells the last of this, and answers its output. */
async function live({ argv }: Child, mode: string, values: string[], last: string): Promise<string> {
  const told = join(folder, "told");
  const [program, ...args] = argv;
  const said = () => recordsOf(told).filter(({ kind }) => kind === last).length;
  const before = said();
  const child = spawn(program, [...args, mode, "bot1", told, ...values], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let output = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    output += text;
  });
  if (mode === "flood") writeFileSync(`${told}.go`, "");
  const ended = once(child, "exit");
  if (last === "X") await ended;
  else await until(`record ${last}`, () => said() > before);
  child.kill("SIGKILL");
  await closed;
  return output;
}

const hasCompiler = () => {
  try {
    execFileSync("cc", ["--version"]);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ["C", async () => makeChild(folder)],
  ["Node", async (): Promise<Child> => ({ argv: nodeChild, small: false })],
])("the child in %s writes numbered lines, and tells what it does", async (_name, make) => {
  const child = await make();
  const told = join(folder, "told");
  const tally = new Tally();
  for (const output of [
    await live(child, "flood", ["123", "0"], "E"),
    await live(child, "rate", ["1000", "60"], "E"),
  ]) {
    writeFileSync(join(folder, "out"), output);
    tally.addFile(join(folder, "out"));
  }
  const lives = [...written(recordsOf(told))];
  expect(lives.map(([, count]) => count)).toEqual([123, 60]);
  expect(lives.map(([tag]) => tally.of(tag))).toEqual([
    { lines: 123, unique: 123, doubled: 0 },
    { lines: 60, unique: 60, doubled: 0 },
  ]);
  expect(tally.odd).toBe(0);

  rmSync(told);
  await live(child, "once", ["5"], "X");
  expect(recordsOf(told).map(({ kind }) => kind)).toEqual(["S", "X"]);
  // Its second life does not end.
  await live(child, "once", ["5"], "S");
  await until("its second life", () => awayMs(recordsOf(told)) !== undefined);
});

test("where there is a C compiler the children are small", async () => {
  expect((await makeChild(folder)).small).toBe(hasCompiler());
});
