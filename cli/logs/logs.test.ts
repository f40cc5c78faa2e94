import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { CommanderError } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import type { LogLine } from "#contracts/log";
import { PROBLEM, problemOf } from "#contracts/problem";
import { Failure } from "../failure";
import { makeProgram } from "../program";
import { parseMoment } from "./moment";
import { safe } from "./print";

/*
 * The program against a panel of the contract's own words: bots with lines, and an API that reads, searches and sends them.
 */
type Bot = { id: string; name: string; lines: LogLine[] };
let bots: Bot[];
let away: boolean;
let server: Server;
let asked: URL[];
let dir: string;
let port = 0;

const line = (run: number, offset: number, at: number, text: string, level: LogLine["level"] = "plain"): LogLine => ({
  ...{ run, offset, next: offset + text.length + 1, at, stream: "out", level, text },
});

beforeEach(async () => {
  away = false;
  port = 0;
  asked = [];
  dir = mkdtempSync(join(tmpdir(), "by-cli-logs-"));
  bots = [
    { id: "aaaaaaaaaa", name: "alpha", lines: [line(1, 0, 1_000, "first"), line(1, 6, 3_000, "third", "error")] },
    {
      id: "bbbbbbbbbb",
      name: "beta",
      lines: [line(1, 0, 2_000, "second \x1b[31mred\x1b[0m\x1b[2J"), line(1, 40, 4_000, "fourth")],
    },
  ];
  await listen();
  vi.stubEnv("BOTYARD_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("BOTYARD_TOKEN", "t");
  vi.stubEnv("TZ", "UTC");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

async function listen() {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://panel");
    asked.push(url);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const refuse = (error: AppError) => {
      const problem = problemOf(error, url.pathname);
      response.writeHead(problem.status, { "content-type": PROBLEM });
      response.end(JSON.stringify(problem));
    };
    if (away) return refuse(new AppError("worker_away"));
    if (url.pathname === "/api/v1/bots") return json(200, { bots: bots.map(viewOf) });
    const bot = bots.find(({ id }) => url.pathname.includes(id));
    if (!bot) return refuse(new AppError("not_found", { what: "bot" }));
    if (url.pathname.endsWith("/log")) return json(200, read(bot, url.searchParams));
    if (url.pathname.endsWith("/search")) return json(200, search(bot, url.searchParams));
    const text = Buffer.from(bot.lines.map((one) => `${one.text}\n`).join(""));
    response.writeHead(200, { "content-disposition": `attachment; filename="../${bot.name}.log"` });
    response.end(url.searchParams.get("gzip") === "true" ? gzipSync(text) : text);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
}
const stop = () =>
  new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });

const viewOf = ({ id, name }: Bot) => ({ id, name, permissions: ["bot:view", "console:read"], live: null });
const isAfter = (one: LogLine, cursor: string) => {
  const [run = 0, offset = 0] = cursor.split(".").map(Number);
  return one.run > run || (one.run === run && one.next > offset);
};
function read({ lines }: Bot, query: URLSearchParams) {
  const limit = Number(query.get("limit"));
  const after = query.get("after");
  const before = query.get("before");
  const since = Number(query.get("since") ?? 0);
  const known = lines.filter((one) => one.at >= since && (!before || !isAfter(one, before)));
  const page =
    after || since ? known.filter((one) => !after || isAfter(one, after)).slice(0, limit) : known.slice(-limit);
  const last = page.at(-1);
  const end = last ? { run: last.run, offset: last.next } : cursorOf(after ?? before);
  const [first] = page;
  return { lines: page, end, start: first && first !== lines[0] ? { run: first.run, offset: first.offset } : null };
}
const cursorOf = (text: string | null) => {
  const [run = 0, offset = 0] = (text ?? "").split(".").map(Number);
  return text ? { run, offset } : null;
};
function search({ lines }: Bot, query: URLSearchParams) {
  const levels = query.get("levels")?.split(",");
  const hits = lines.filter(
    (one) => one.text.includes(query.get("text") ?? "") && (!levels || levels.includes(one.level)),
  );
  // One hit an answer: the program has to go on.
  const from = query.get("from");
  const left = hits.filter((one) => !from || !isAfter(one, from)).reverse();
  const [hit, more] = left;
  return {
    hits: hit ? [hit] : [],
    next: more && hit ? { run: hit.run, offset: hit.offset } : null,
    scanned: 1,
    left: 1,
  };
}

function run(...words: string[]) {
  const main = join(import.meta.dirname, "..", "main.ts");
  const child = spawn(process.execPath, ["--import", "tsx", main, "logs", ...words], {
    env: { ...process.env, BOTYARD_URL: `http://127.0.0.1:${port}`, BOTYARD_TOKEN: "t", TZ: "UTC" },
  });
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
/** Runs a command in this process: a program of its own takes ten times as long. */
async function outcome(...words: string[]) {
  let out = "";
  let err = "";
  const take = (put: (text: string) => void) => (text: string | Uint8Array) => {
    put(Buffer.from(text).toString());
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(
      take((text) => {
        out += text;
      }),
    ),
    vi.spyOn(process.stderr, "write").mockImplementation(
      take((text) => {
        err += text;
      }),
    ),
  ];
  const exit = await makeProgram("1")
    .parseAsync(["logs", ...words], { from: "user" })
    .then(
      () => 0,
      (error: unknown) => {
        err += String(error);
        return error instanceof Failure ? error.exit : error instanceof CommanderError ? 2 : -1;
      },
    );
  for (const spy of spies) spy.mockRestore();
  return { exit, out, err };
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
  expect(asked.filter((url) => url.pathname.endsWith("/search")).length).toBeGreaterThan(4);
  expect((await outcome("alpha", "--since", "1970-01-01T00:00:02Z")).out).toMatch(/^1970\S+ \S+ third\n$/);
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
  const { seen, exit, child } = run("--all", "-f", "-n", "0", "--json");
  const texts = () => [...seen.out.matchAll(/"text":"(\w+)"/g)].map(([, text]) => text);
  await vi.waitFor(() => expect(asked.some((url) => url.searchParams.has("after"))).toBe(true), 20_000);
  const [alpha, beta] = bots;
  alpha?.lines.push(line(1, 100, 5_000, "fifth"));
  await vi.waitFor(() => expect(texts()).toEqual(["fifth"]), 10_000);
  away = true;
  alpha?.lines.push(line(1, 200, 6_000, "sixth"));
  await vi.waitFor(() => expect(seen.err).toContain("Trying again"), 10_000);
  await stop();
  beta?.lines.push(line(2, 0, 7_000, "seventh"));
  await listen();
  away = false;
  await vi.waitFor(() => expect(texts()).toEqual(["fifth", "sixth", "seventh"]), 20_000);
  expect(seen.err).toContain("answers again");
  // One that is deleted is left, and when none is left it ends.
  bots = bots.slice(1);
  await vi.waitFor(() => expect(seen.err).toContain("“alpha” is gone"), 10_000);
  expect(child.exitCode).toBeNull();
  bots = [];
  expect(await exit).toBe(3);
});

test("a download is a file that is there only when it is whole, under no path that the panel names", async () => {
  const file = join(dir, "x.log");
  expect(await outcome("download", "alpha", "-o", file, "--since", "1h")).toMatchObject({ exit: 0 });
  expect(readFileSync(file, "utf8")).toBe("first\nthird\n");
  expect(asked.at(-1)?.searchParams.has("since")).toBe(true);
  expect(await outcome("download", "alpha", "-o", `${file}.gz`, "--gzip")).toMatchObject({ exit: 0 });
  expect(gunzipSync(readFileSync(`${file}.gz`)).toString()).toBe("first\nthird\n");
  expect((await outcome("download", "alpha", "-o", "-")).out).toBe("first\nthird\n");
  expect(await outcome("download", "nobody", "-o", join(dir, "none"))).toMatchObject({ exit: 3 });
  expect(existsSync(join(dir, "none"))).toBe(false);
});

test.each([
  ["90s", 1_000_000 - 90_000],
  ["2h", 1_000_000 - 7_200_000],
  ["1970-01-01T00:10:00Z", 600_000],
  ["2026-02-30x", undefined],
  ["tomorrow", undefined],
  ["10", undefined],
])("%s is a moment or none", (text, at) => {
  expect(parseMoment(text, 1_000_000)).toBe(at);
});

test.each([
  ["plain", "plain"],
  ["\x1b[31mred", "\x1b[31mred\x1b[0m"],
  ["\x1b[1;38;5;9mred\x1b[0m\x1b]0;title\x07", "\x1b[1;38;5;9mred\x1b[0m\ufffd]0;title\ufffd\x1b[0m"],
  ["\x1b[2J\x1b[H", "\ufffd[2J\ufffd[H"],
  ["a\u202eb\x9bc", "a\ufffdb\ufffdc"],
])("of %j a terminal obeys only colours", (text, shown) => {
  expect(safe(text)).toBe(shown);
});
