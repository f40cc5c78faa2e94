import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** The demo template as a real child: it must do what it says, other tests and first visitors lean on it. */
const folder = join(import.meta.dirname, "../../templates/demo-js/files");
let child: ChildProcessWithoutNullStreams;
let output: string;
let exited: Promise<number | null>;

beforeEach(async () => {
  output = "";
  child = spawn(process.execPath, ["index.js"], {
    cwd: folder,
    env: Object.assign(Object.create(null), { PATH: "/usr/bin:/bin", DEMO_SECONDS: "0.02" }),
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  exited = new Promise((resolve) => child.once("close", resolve));
  await says("Demo is ready");
});

afterEach(async () => {
  child.kill("SIGKILL");
  await exited;
});

const says = (text: string | RegExp) => vi.waitFor(() => expect(output).toMatch(text), { interval: 20 });
const type = (line: string) => child.stdin.write(`${line}\n`);

test("numbers its heartbeats, in several levels, some as JSON", async () => {
  // Warnings and errors come by another way than what stands around them.
  await says(/heartbeat 1\n((WARN|ERROR) .*\n)*heartbeat 2\n/);
  await says(/WARN heartbeat 7/);
  const json = output.split("\n").find((line) => line.includes('"heartbeat 5"')) ?? "";
  expect(JSON.parse(json)).toMatchObject({ level: "info", msg: "heartbeat 5" });
});

test("says back what is typed, and lists what it knows", async () => {
  type("  hello there ");
  await says("You typed:   hello there");
  type("help");
  for (const name of ["crash", "exit", "spam", "leak", "fork"]) await says(new RegExp(`^  ${name} `, "m"));
});

test("ends with the code that is asked for", async () => {
  type("exit 42");
  expect(await exited).toBe(42);
});

test("crashes with a trace", async () => {
  type("crash");
  expect(await exited).toBe(1);
  expect(output).toContain("Error: You asked for a crash, here it is");
});

test("writes as many lines as it is asked for", async () => {
  type("spam 2500");
  await says("spam 2500 of 2500");
  expect(output.match(/^spam \d+ of 2500$/gm)).toHaveLength(2500);
});

test("forks a child of its own", async () => {
  type("fork");
  await says(/Started a child with pid \d+/);
  const pid = Number(/pid (\d+)\n/.exec(output)?.[1]);
  expect((await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0")[0]).toBe("sleep");
  process.kill(pid, "SIGKILL");
});

test("says good night when it is asked to stop", async () => {
  child.kill("SIGINT");
  expect(await exited).toBe(0);
  expect(output).toContain("good night");
});
