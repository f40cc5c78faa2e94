import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { cliProgram } from "../../tests/support/cli";
import { runHere } from "../testing/here";
import { type LogPanel, line, openLogPanel } from "../testing/log-panel";

let panel: LogPanel;
let dir: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "by-cli-logs-"));
  panel = await openLogPanel();
  vi.stubEnv("BOTYARD_URL", panel.url());
  vi.stubEnv("BOTYARD_TOKEN", "t");
  vi.stubEnv("TZ", "UTC");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await panel.stop();
  rmSync(dir, { recursive: true, force: true });
});

const outcome = (...words: string[]) => runHere("logs", ...words);

async function run(...words: string[]) {
  const child = spawn(process.execPath, [await cliProgram(), "logs", ...words]);
  const seen = { out: "", err: "" };
  child.stdout.on("data", (part) => {
    seen.out += part;
  });
  child.stderr.on("data", (part) => {
    seen.err += part;
  });
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { seen, exit, child };
}
test("several bots' lines come by time, each after its bot's name, and steer no terminal", async () => {
  const { exit, out, err } = await outcome("alpha", "beta");
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(out.split("\n").map((one) => one.replace(/1970-01-01 \S+ /, ""))).toEqual([
    "alpha | first",
    "beta  | second red\ufffd[2J",
    "alpha | third",
    "beta  | fourth",
    "",
  ]);
  const one = await outcome("alpha", "-n", "1");
  expect(one.out).toMatch(/^1970-01-01 00:00:03 third\n$/);
  const json = await outcome("--all", "--json", "-n", "1");
  const rows = json.out
    .trim()
    .split("\n")
    .map((row) => z.object({ bot: z.string(), text: z.string() }).parse(JSON.parse(row)));
  expect(rows).toEqual([
    { bot: "alpha", text: "third" },
    { bot: "beta", text: "fourth" },
  ]);
});

test("texts, patterns and levels are searched for by the panel, answer after answer", async () => {
  const found = await outcome("alpha", "beta", "--grep", "r");
  expect(found).toMatchObject({ exit: 0, err: "" });
  expect(found.out.match(/first|second|third|fourth/g)).toEqual(["first", "second", "third", "fourth"]);
  const levels = await outcome("--all", "--level", "warn,error");
  expect(levels.out).toMatch(/^alpha \| \S+ \S+ third\n$/);
  expect(panel.asked.filter((url) => url.pathname.endsWith("/search")).length).toBeGreaterThan(4);
  expect((await outcome("alpha", "--since", "1970-01-01T00:00:02Z")).out).toMatch(/^1970\S+ \S+ third\n$/);
});

test("more bots are searched than the panel searches of one person at once", async () => {
  panel.bots = Array.from({ length: 9 }, (_, at) => ({
    id: `bot${at}`.padEnd(10, "x"),
    name: `b${at}`,
    lines: [line(1, 0, 1_000 + at, `word ${at}`)],
  }));
  const found = await outcome("--all", "--grep", "word");
  expect(found).toMatchObject({ exit: 0, err: "" });
  expect(found.out.match(/word \d/g)).toEqual(Array.from({ length: 9 }, (_, at) => `word ${at}`));
});

test("what cannot be meant is said so, with the exit code of its kind", async () => {
  const all = [];
  for (const words of [
    ["nobody"],
    [],
    ["alpha", "--regex", "("],
    ["alpha", "--since", "yesterday"],
    ["alpha", "--level", "loud"],
    ["alpha", "--grep", "a", "--regex", "b"],
  ])
    all.push(await outcome(...words));
  expect(all.map(({ exit }) => exit)).toEqual([3, 2, 2, 2, 2, 2]);
  expect(all.every(({ err, out }) => err !== "" && out === "")).toBe(true);
});

test("following loses no line and doubles none, also while the panel is away", async () => {
  const { seen, exit, child } = await run("--all", "-f", "-n", "0", "--json");
  const texts = () => [...seen.out.matchAll(/"text":"(\w+)"/g)].map(([, text]) => text);
  await vi.waitFor(() => expect(panel.asked.some((url) => url.searchParams.has("after"))).toBe(true));
  const [alpha, beta] = panel.bots;
  alpha?.lines.push(line(1, 100, 5_000, "fifth"));
  await vi.waitFor(() => expect(texts()).toEqual(["fifth"]));
  panel.away = true;
  alpha?.lines.push(line(1, 200, 6_000, "sixth"));
  await vi.waitFor(() => expect(seen.err).toContain("Trying again"));
  await panel.stop();
  beta?.lines.push(line(2, 0, 7_000, "seventh"));
  await panel.listen();
  panel.away = false;
  await vi.waitFor(() => expect(texts()).toEqual(["fifth", "sixth", "seventh"]));
  expect(seen.err).toContain("answers again");
  // One that is deleted is left, and when none is left it ends.
  panel.bots = panel.bots.slice(1);
  await vi.waitFor(() => expect(seen.err).toContain("“alpha” is gone"));
  expect(child.exitCode).toBeNull();
  panel.bots = [];
  expect(await exit).toBe(3);
});

test("a download is a file that is there only when it is whole, under no path that the panel names", async () => {
  const file = join(dir, "x.log");
  expect(await outcome("download", "alpha", "-o", file, "--since", "1h")).toMatchObject({ exit: 0 });
  expect(readFileSync(file, "utf8")).toBe("first\nthird\n");
  expect(panel.asked.at(-1)?.searchParams.has("since")).toBe(true);
  expect(await outcome("download", "alpha", "-o", `${file}.gz`, "--gzip")).toMatchObject({ exit: 0 });
  expect(gunzipSync(readFileSync(`${file}.gz`)).toString()).toBe("first\nthird\n");
  expect((await outcome("download", "alpha", "-o", "-")).out).toBe("first\nthird\n");
  expect(await outcome("download", "nobody", "-o", join(dir, "none"))).toMatchObject({ exit: 3 });
  expect(existsSync(join(dir, "none"))).toBe(false);
});
