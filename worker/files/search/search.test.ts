import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type FileHits, fileFind, fileSearch, LEFT_OUT, LINES_A_FILE, tokenSearch } from "#contracts/file-search";
import { EDIT_BYTES } from "#contracts/files";
import type { FileSearches } from "../../ports/index";
import { SWAPPER } from "../../testing/swapper";
import { openFileSearches } from "./index";

const BOT = "searched00000000";
const said: string[] = [];
let home: string;
let files = "";
let count = 0;
let searches: FileSearches;

// One for all tests, each with a folder of its own: its thread takes a moment to start.
beforeAll(() => {
  home = mkdtempSync(`${tmpdir()}/by-file-search-`);
  searches = openFileSearches({
    folderOf: (botId) => (botId === BOT ? files : undefined),
    say: (text) => said.push(text),
  });
});
beforeEach(() => {
  files = `${home}/${count++}`;
  mkdirSync(files);
});
afterEach(() => expect(said.splice(0)).toEqual([]));
afterAll(async () => {
  await searches.close();
  rmSync(home, { recursive: true, force: true });
});

function write(path: string, text: string | Buffer) {
  mkdirSync(dirname(`${files}/${path}`), { recursive: true });
  writeFileSync(`${files}/${path}`, text);
}

type Asked<Schema extends { parse(input: unknown): unknown }> = Partial<ReturnType<Schema["parse"]>>;

const slice = (asked: Asked<typeof fileSearch>) => searches.search(BOT, fileSearch.parse(asked), []);
/** All answers, asked for as a client would: until there is no next. */
async function answers<Answer extends { next: string | null }>(ask: (from?: string) => Promise<Answer>) {
  const all: Answer[] = [];
  let from: string | undefined;
  for (;;) {
    const answer = await ask(from);
    all.push(answer);
    if (answer.next === null) return all;
    expect(answer.next).not.toBe(from);
    from = answer.next;
  }
}
type Part = Pick<FileHits, "looked" | "next" | "passedOver"> & { files: unknown[] };
/** All answers as one: how much a turn gets done hangs on what else the machine has to do. */
async function whole<Answer extends Part>(ask: (from?: string) => Promise<Answer>): Promise<Answer> {
  return (await answers(ask)).reduce((sum, one) => ({
    ...one,
    files: [...sum.files, ...one.files],
    looked: sum.looked + one.looked,
    passedOver: {
      large: sum.passedOver.large + one.passedOver.large,
      binary: sum.passedOver.binary + one.passedOver.binary,
      unreadable: sum.passedOver.unreadable + one.passedOver.unreadable,
    },
  }));
}
const hitsOf = (asked: Asked<typeof fileSearch>) =>
  whole((from) => slice({ ...asked, ...(from !== undefined && { from }) }));
/** `path:line:column` of all that is found. */
const places = async (asked: Asked<typeof fileSearch>): Promise<string[]> => placesOf(await hitsOf(asked));
const placesOf = ({ files: found }: FileHits) =>
  found.flatMap(({ path, hits }) => hits.map(({ line, column }) => `${path}:${line}:${column}`));

async function names(asked: Asked<typeof fileFind>): Promise<string[]> {
  const all = await answers((from) =>
    searches.find(BOT, fileFind.parse({ ...asked, ...(from !== undefined && { from }) }), []),
  );
  return all.flatMap((answer) => answer.names).map(({ path }) => path);
}

test("lines are found by file, in the order of the tree, with line and column", async () => {
  write("b.js", "one\r\ntwo fish\r\n\r\nFISH");
  write("a/deep/x.txt", "\ufefffish\nno\n  a fish, a fish");
  write("a.txt", "fish");
  expect(await places({ text: "fish" })).toEqual([
    "a/deep/x.txt:1:1",
    "a/deep/x.txt:3:5",
    "a.txt:1:1",
    "b.js:2:5",
    "b.js:4:1",
  ]);
  expect(await places({ text: "fish", exact: true, path: "a" })).toEqual(["a/deep/x.txt:1:1", "a/deep/x.txt:3:5"]);
  expect(await places({ text: "FISH", exact: true })).toEqual(["b.js:4:1"]);
  const [found] = (await hitsOf({ text: "two" })).files;
  expect(found).toEqual({
    path: "b.js",
    hits: [{ line: 2, column: 1, text: "two fish", start: 0, end: 3 }],
    more: false,
  });
});

test("only files of some names are looked in", async () => {
  for (const path of ["bot.js", "src/bot.ts", "src/bot.min.js"]) write(path, "fish");
  expect(await places({ text: "fish", names: "*.js,!*.min.js" })).toEqual(["bot.js:1:1"]);
  expect(await hitsOf({ text: "fish", names: "src/*.ts" })).toMatchObject({
    files: [{ path: "src/bot.ts" }],
    looked: 1,
  });
});

test("patterns are RE2's, a line at a time; other letters than ASCII, and colours, are letters", async () => {
  write("bot.js", "const a = 12;\nlet größe = 7; // Größe\n\u001b[31mred\u001b[0m\n");
  expect(await places({ text: "^let|\\d+;$", regex: true })).toEqual(["bot.js:1:11", "bot.js:2:1"]);
  expect(await places({ text: "= \\d{2}", regex: true })).toEqual(["bot.js:1:9"]);
  expect(await places({ text: "GRÖSSE" })).toEqual([]);
  expect(await places({ text: "GRÖßE" })).toEqual(["bot.js:2:5"]);
  expect(await places({ text: "Größe", exact: true })).toEqual(["bot.js:2:19"]);
  expect(await places({ text: "[31mred\u001b" })).toEqual(["bot.js:3:2"]);
  expect(await places({ text: "12;\nlet" })).toEqual([]);
  expect(await places({ text: "\\A\\x{1b}", regex: true })).toEqual(["bot.js:3:1"]);
  for (const text of ["(", "[z-a]", "(?<=a)b", "\\1"])
    await expect(slice({ text, regex: true })).rejects.toMatchObject({ code: "bad_input" });
});

test("what is installed is left out unless asked for, wherever it lies", async () => {
  for (const folder of LEFT_OUT) write(`sub/${folder}/index.js`, "needle");
  write("sub/bot.js", "needle");
  expect(await places({ text: "needle" })).toEqual(["sub/bot.js:1:1"]);
  expect(await names({ text: "index.js" })).toEqual([]);
  expect(await places({ text: "needle", everywhere: true })).toHaveLength(1 + LEFT_OUT.length);
  expect(await names({ text: "index.js", everywhere: true })).toHaveLength(LEFT_OUT.length);
  // Whoever names it has asked.
  expect(await places({ text: "needle", path: "sub/node_modules" })).toEqual(["sub/node_modules/index.js:1:1"]);
});

test("what is no text, too large or no file is passed over, and told", async () => {
  write("binary", Buffer.from(`needle\0${"x".repeat(10)}`));
  write("late-nul", Buffer.from(`needle${"x".repeat(8_000)}\0`));
  write("large", `needle${"x".repeat(EDIT_BYTES)}`);
  write("empty", "");
  execFileSync("/usr/bin/mkfifo", [`${files}/fifo`]);
  symlinkSync(`${files}/late-nul`, `${files}/link`);
  const answer = await hitsOf({ text: "needle" });
  expect(placesOf(answer)).toEqual(["late-nul:1:1"]);
  expect(answer).toMatchObject({ looked: 2, passedOver: { large: 1, binary: 1, unreadable: 0 }, next: null });
  expect(await names({ text: "l" })).toEqual(["large", "late-nul"]);
});

test("only so much is told of one file, and of a line", async () => {
  write("many", "needle\n".repeat(LINES_A_FILE + 1));
  write("some", "needle\n".repeat(LINES_A_FILE));
  write("wide", `${"x".repeat(500_000)}needle${"y".repeat(1_000)}\nneedle`);
  const asked = await answers((from) => slice({ text: "needle", limit: 1, ...(from !== undefined && { from }) }));
  const all = asked.filter((one) => one.files.length > 0);
  expect(all.flatMap((one) => one.files.map(({ path, hits, more }) => [path, hits.length, more]))).toEqual([
    ["many", LINES_A_FILE, true],
    ["some", LINES_A_FILE, false],
    ["wide", 2, false],
  ]);
  const hit = all[2]?.files[0]?.hits[0];
  expect(hit).toMatchObject({ line: 1, column: 500_001 });
  expect(hit?.text.slice(hit.start, hit.end)).toBe("needle");
  expect(hit?.text.length).toBeLessThan(300);
  // A pattern sees the beginning of a long line, and all lines after it.
  expect(await places({ text: "x(needle)y|^needle", regex: true, path: "" })).toContain("wide:2:1");
});

test("the folder to look in is a client's path", async () => {
  write("a/bot.js", "x");
  symlinkSync("/etc", `${files}/out`);
  const refused = (path: string) => expect(slice({ text: "x", path })).rejects;
  await refused("../..").toMatchObject({ code: "path_unsafe" });
  await refused("none").toMatchObject({ code: "file_missing" });
  await refused("out").toMatchObject({ code: "file_not_folder" });
  await refused("a/bot.js").toMatchObject({ code: "file_not_folder" });
  await expect(searches.find("none000000000000", fileFind.parse({ text: "x" }), [])).rejects.toMatchObject({
    code: "not_found",
  });
});

test("where to go on is only compared with what is there", async () => {
  write("a", "x");
  write("m/x", "x");
  write("z", "x");
  expect(await places({ text: "x", from: "0.1:m" })).toEqual(["m/x:1:1", "z:1:1"]);
  expect(await places({ text: "x", from: "0.1:m/../../etc/passwd" })).toEqual(["m/x:1:1", "z:1:1"]);
  expect(await places({ text: "x", from: "0.1:b/gone" })).toEqual(["m/x:1:1", "z:1:1"]);
  expect(await places({ text: "x", from: "99999999.7:z" })).toEqual([]);
});

test("a pattern built to hang is answered turn by turn, and holds nobody up", async () => {
  write("bot.js", `${"a".repeat(15_000)}\n`.repeat(60));
  const [first, other] = await Promise.all([
    slice({ text: "(a|aa)*(a*)*(a|b|ab){50,200}c$", regex: true }),
    hitsOf({ text: "b" }),
  ]);
  expect(first.files).toEqual([]);
  expect(other).toMatchObject({ files: [], next: null });
  // One that matches every line, where finding out where takes as long.
  const hits = await hitsOf({ text: "(a|aa)*(a*)*(a|b|ab){50,200}$", regex: true });
  expect(hits.files[0]?.hits[0]).toMatchObject({ line: 1, column: 1 });
});

test("tokens are told by place, and never shown", async () => {
  const token = (id: string) => `${Buffer.from(id).toString("base64url")}.GabcDe.${"x".repeat(38)}`;
  const one = token("123456789012345678");
  write("config.json", `{\n\n "token": "${one}", "old": "${token("987654321098765432")}"\n}\n${one}`);
  write(".env", `DISCORD_TOKEN=${one}\n`);
  write("node_modules/x/readme", one);
  write("jwt", "eyJhbGciOiJIUzI1NiIsInR5cCI6.IkpXVC.J9eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6");
  const answer = await whole((from) => searches.tokens(BOT, tokenSearch.parse({ from }), []));
  expect(answer).toEqual({
    files: [
      { path: ".env", lines: [1], more: false },
      { path: "config.json", lines: [3, 5], more: false },
    ],
    looked: 3,
    next: null,
    passedOver: { large: 0, binary: 0, unreadable: 0 },
  });
});

test("names: files, folders when asked, the best of many", async () => {
  for (const path of ["src/bot.js", "src/commands/about.js", "bots/index.js", "readme.md"]) write(path, "");
  expect(await names({ text: "bot" })).toEqual(["src/bot.js", "src/commands/about.js", "bots/index.js"]);
  expect(await names({ text: "bot", folders: true })).toEqual([
    "bots",
    "src/bot.js",
    "src/commands/about.js",
    "bots/index.js",
  ]);
  expect(await names({ text: "bot", fuzzy: false, path: "src" })).toEqual(["src/bot.js"]);
  const found = await answers((from) => searches.find(BOT, fileFind.parse({ text: "s", limit: 1, from }), []));
  const sum = (of: "matched" | "looked") => found.reduce((all, one) => all + one[of], 0);
  expect([sum("matched"), sum("looked")]).toEqual([3, 4]);
  expect(found.every(({ names }) => names.length <= 1)).toBe(true);
  expect(found.flatMap(({ names }) => names)).toContainEqual(
    expect.objectContaining({ path: "src/bot.js", kind: "file" }),
  );
});

test("a bot that swaps a folder for a link shows nothing of the outside", async () => {
  const outside = `${home}/outside`;
  mkdirSync(`${outside}/deep`, { recursive: true });
  for (let n = 0; n < 50; n++) {
    writeFileSync(`${outside}/deep/secret${n}.js`, "needle secret");
    write(`src/deep/bot${n}.js`, "needle");
  }
  const swapper = spawn(process.execPath, ["-e", SWAPPER, `${files}/src`, outside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen = new Set<string>();
  try {
    await once(swapper.stdout, "data");
    for (let n = 0; n < 300; n++) {
      for (const path of await places({ text: "needle" })) seen.add(path);
      for (const path of await names({ text: ".js" })) seen.add(path);
    }
  } finally {
    swapper.kill("SIGKILL");
    await once(swapper, "exit");
  }
  expect([...seen].filter((path) => path.includes("secret"))).toEqual([]);
  expect([...seen].filter((path) => path.includes("bot")).length).toBeGreaterThan(50);
});

test("of 10,000 files every one is found, over several turns; who stops asking stops the search", async () => {
  const want: string[] = [];
  for (let n = 0; n < 10_000; n++) {
    const path = `src/d${Math.floor(n / 500)}/file${n}.js`;
    if (n % 500 === 0) mkdirSync(`${files}/src/d${n / 500}`, { recursive: true });
    // More than one answer tells.
    const special = n % 47 === 0;
    writeFileSync(`${files}/${path}`, `// file ${n}\nconst x = ${n};\n${special ? "the needle" : "nothing"}\n`);
    if (special) want.push(`${path}:3:5`);
  }
  const all = await answers((from) => slice({ text: "needle", ...(from !== undefined && { from }) }));
  expect(all.length).toBeGreaterThan(1);
  expect(all.flatMap(placesOf).sort()).toEqual(want.sort());
  expect(all.reduce((sum, { looked }) => sum + looked, 0)).toBe(10_000);
  expect((await places({ text: "n[e]+dle$", regex: true, limit: 500 })).sort()).toEqual(want);
  expect((await names({ text: "file9999" }))[0]).toBe("src/d19/file9999.js");
  // Nothing of it goes on: the next search is answered at once with all there is in its folder.
  await slice({ text: "needle" });
  expect((await hitsOf({ text: "file 9999", path: "src/d19" })).files).toHaveLength(1);
});

test("who closes it ends a search", async () => {
  write("a", "x");
  const others = openFileSearches({ folderOf: () => files, say: () => {} });
  const outcome = others.search(BOT, fileSearch.parse({ text: "x" }), []).then(
    () => "answered",
    (error: unknown) => String(error),
  );
  await others.close();
  expect(await outcome).toMatch(/^answered$|^AppError: The worker/);
});
