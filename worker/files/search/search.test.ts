import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { fileFind, LEFT_OUT, LINES_A_FILE, tokenSearch } from "#contracts/file-search";
import { EDIT_BYTES } from "#contracts/files";
import { answers, BOT, placesOf, searchOneBot, whole } from "./testing/stage";

const { world, write, slice, hitsOf, places, names } = searchOneBot();

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
  execFileSync("/usr/bin/mkfifo", [`${world.files}/fifo`]);
  symlinkSync(`${world.files}/late-nul`, `${world.files}/link`);
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
  symlinkSync("/etc", `${world.files}/out`);
  const refused = (path: string) => expect(slice({ text: "x", path })).rejects;
  await refused("../..").toMatchObject({ code: "path_unsafe" });
  await refused("none").toMatchObject({ code: "file_missing" });
  await refused("out").toMatchObject({ code: "file_not_folder" });
  await refused("a/bot.js").toMatchObject({ code: "file_not_folder" });
  await expect(world.searches.find("none000000000000", fileFind.parse({ text: "x" }), [])).rejects.toMatchObject({
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

test("tokens are told by place, and never shown", async () => {
  const token = (id: string) => `${Buffer.from(id).toString("base64url")}.GabcDe.${"x".repeat(38)}`;
  const one = token("123456789012345678");
  write("config.json", `{\n\n "token": "${one}", "old": "${token("987654321098765432")}"\n}\n${one}`);
  write(".env", `DISCORD_TOKEN=${one}\n`);
  write("node_modules/x/readme", one);
  write("jwt", "eyJhbGciOiJIUzI1NiIsInR5cCI6.IkpXVC.J9eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6");
  const answer = await whole((from) => world.searches.tokens(BOT, tokenSearch.parse({ from }), []));
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
  const found = await answers((from) => world.searches.find(BOT, fileFind.parse({ text: "s", limit: 1, from }), []));
  const sum = (of: "matched" | "looked") => found.reduce((all, one) => all + one[of], 0);
  expect([sum("matched"), sum("looked")]).toEqual([3, 4]);
  expect(found.every(({ names }) => names.length <= 1)).toBe(true);
  expect(found.flatMap(({ names }) => names)).toContainEqual(
    expect.objectContaining({ path: "src/bot.js", kind: "file" }),
  );
});
