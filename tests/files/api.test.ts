import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { EDIT_BYTES } from "#contracts/files";
import { idOf, openTestPanel, type TestPanel } from "../../src/server/testing/panel";
import { startWorker } from "../support/worker";

/* Files through the HTTP API, with a real worker behind it: what a path may be made to say, and what a bot may plant. */

let panel: TestPanel;
let stopWorker: () => Promise<void>;
let owner: Awaited<ReturnType<TestPanel["person"]>>;
let botId: string;
let other: string;
let outside: string;

beforeAll(async () => {
  panel = await openTestPanel();
  await panel.worker.close();
  stopWorker = await startWorker(panel.home);
  owner = await panel.person("ada", "admin");
  botId = await makeBot("one");
  other = await makeBot("other");
  outside = join(panel.home, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "untouched");
  plant();
}, 120_000);
afterAll(async () => {
  await stopWorker?.();
  await panel?.close();
});

async function makeBot(name: string): Promise<string> {
  const made = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
  const importId = idOf(made.body);
  await vi.waitFor(async () => {
    const { body } = await panel.ask(owner.asker, "GET", `/v1/imports/${importId}`);
    expect(body).toMatchObject({ status: { state: "ready" } });
  }, 20_000);
  const bot = { importId, name, runtime: "node", entry: "index.js" };
  return idOf((await panel.ask(owner.asker, "POST", "/v1/bots", bot)).body);
}

const inside = (...parts: string[]) => join(panel.home, "bots", botId, "files", ...parts);

/** What a bot can make of its own folder. */
function plant(): void {
  mkdirSync(inside("src"));
  symlinkSync(outside, inside("out"));
  symlinkSync("out", inside("chain"));
  symlinkSync("/proc/self/root", inside("root"));
  symlinkSync(join(outside, "secret"), inside("pointer"));
  linkSync(join(outside, "secret"), inside("hard"));
  execFileSync("mkfifo", [inside("pipe")]);
  writeFileSync(inside("large"), "");
  truncateSync(inside("large"), 2 * 1024 ** 3);
  writeFileSync(inside("binary"), new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]));
}

const ask = (method: string, path: string, body?: unknown) =>
  panel.ask(owner.asker, method, `/v1/bots/${botId}${path}`, body);

/** Everything that one path can be asked for, as [what, how]. */
const uses: [string, (path: string) => ReturnType<typeof ask>][] = [
  ["list", (path) => ask("GET", `/files?${new URLSearchParams({ path })}`)],
  ["read", (path) => ask("GET", `/files/content?${new URLSearchParams({ path })}`)],
  ["write", (path) => ask("PUT", "/files/content", { path, text: "evil" })],
  ["write new", (path) => ask("PUT", "/files/content", { path, text: "evil", etag: null })],
  ["make a folder", (path) => ask("POST", "/files/folder", { path })],
  ["move from", (path) => ask("POST", "/files/move", { from: [path], to: "src" })],
  ["move to", (path) => ask("POST", "/files/move", { from: ["index.js"], to: path })],
  ["rename to", (path) => ask("POST", "/files/move", { from: ["index.js"], to: "", name: path })],
  ["copy from", (path) => ask("POST", "/files/move", { from: [path], to: "src", copy: true })],
  [
    "copy to",
    (path) => ask("POST", "/files/move", { from: ["index.js"], to: path, copy: true, conflict: "overwrite" }),
  ],
  ["delete", (path) => ask("POST", "/files/delete", { paths: [path] })],
  ["change bits", (path) => ask("POST", "/files/mode", { path, mode: 0o777 })],
  ["see history", (path) => ask("GET", `/files/history?${new URLSearchParams({ path })}`)],
];

test.each([
  "..",
  "../secret",
  "src/../../x",
  "....//x",
  "..\\x",
  "..\\..\\x",
  "/etc/passwd",
  "//etc/passwd",
  "./x",
  ".",
  "src/./x",
  "src/",
  "%2e%2e/x",
  "\u00c0\u00ae\u00c0\u00ae/x",
  "a\0b",
  "src\0/../x",
  "name ",
  "\ud800",
  "a\nb",
  "out/secret",
  "out/new",
  "chain/secret",
  "root/etc/passwd",
  "pointer/x",
  "x".repeat(256),
  "a/".repeat(70).concat("a"),
  "node_modules/../../../x",
])("nothing comes of %j, whatever is asked", async (path) => {
  const before = readdirSync(inside()).sort();
  for (const [what, use] of uses) {
    const { status, body, text } = await use(path);
    // What was never there may still be asked for its past, which is none.
    const past = what === "see history" ? { versions: [] } : { results: [{ outcome: "failed" }] };
    const failed = status === 200 ? past : { code: expect.any(String) };
    expect([what, status, body], text.slice(0, 300)).toMatchObject([what, expect.any(Number), failed]);
    expect(status).toBeLessThan(500);
  }
  expect(readdirSync(inside()).sort()).toEqual(before);
  expect(readdirSync(inside("src"))).toEqual([]);
  expectUntouched();
});

test("nor of another bot's files, or of what an address says twice", async () => {
  for (const path of [`../../${other}/files/index.js`, `../../${other}`, `../../${botId}0/files/index.js`])
    for (const [what, use] of uses) {
      const { status, body } = await use(path);
      expect([what, status, JSON.stringify(body)]).toEqual([
        what,
        expect.any(Number),
        expect.stringContaining("path_unsafe"),
      ]);
    }
  for (const query of ["%2e%2e%2fx", "..%2f", "%2e%2e/", "..%5c", "%c0%ae%c0%ae/x", "%252e%252e%252fx", "%00", "%ff"])
    for (const path of ["/files", "/files/content"])
      expect([query, (await ask("GET", `${path}?path=${query}`)).status]).toEqual([
        query,
        expect.toSatisfy((s) => s >= 400 && s < 500),
      ]);
  expect(readFileSync(join(panel.home, "bots", other, "files", "index.js"), "utf8")).not.toContain("evil");
  expectUntouched();
});

test("a text of more bytes than the editor opens is not saved, however few signs it has", async () => {
  const save = (text: string) => ask("PUT", "/files/content", { path: "long.txt", text });
  expect(await save("ä".repeat(EDIT_BYTES / 2 + 1))).toMatchObject({ status: 413, body: { code: "file_not_text" } });
  expect(existsSync(inside("long.txt"))).toBe(false);
  expect((await save("ä".repeat(EDIT_BYTES / 2))).status).toBe(200);
});

test("links, FIFOs and what is large or binary are shown, and never opened as text", async () => {
  const { body } = await ask("GET", "/files");
  const kinds = { pointer: "link", out: "link", pipe: "other", large: "file", src: "folder" };
  for (const [name, kind] of Object.entries(kinds))
    expect(body).toMatchObject({ entries: expect.arrayContaining([expect.objectContaining({ name, kind })]) });
  for (const path of ["pointer", "out", "chain", "root", "pipe"])
    expect([path, (await ask("GET", `/files/content?path=${path}`)).body]).toMatchObject([
      path,
      { code: "file_special" },
    ]);
  expect((await ask("GET", "/files/content?path=large")).body).toMatchObject({
    text: null,
    why: "large",
    size: 2 ** 31,
  });
  expect((await ask("GET", "/files/content?path=binary")).body).toMatchObject({ text: null, why: "binary" });
});

test("what is written at a link, or at a name of a file that has others, is a file of its own", async () => {
  for (const path of ["pointer", "hard"]) {
    expect((await ask("PUT", "/files/content", { path, text: "evil" })).status).toBe(200);
    expect(lstatSync(inside(path)).isFile()).toBe(true);
    expect(readFileSync(inside(path), "utf8")).toBe("evil");
  }
  expectUntouched();
  expect((await ask("POST", "/files/delete", { paths: ["out", "chain", "root"] })).body).toMatchObject({
    results: [{ outcome: "done" }, { outcome: "done" }, { outcome: "done" }],
  });
  expectUntouched();
});

test("of two people who save one file, the second is told, and nothing is lost", async () => {
  const save = (text: string, etag: unknown) => ask("PUT", "/files/content", { path: "both.txt", text, etag });
  const { etag } = Object((await save("first", null)).body);
  const [one, two] = await Promise.all([save("by one", etag), save("by two", etag)]);
  expect([one.status, two.status].sort()).toEqual([200, 412]);
  expect(readFileSync(inside("both.txt"), "utf8")).toBe(one.status === 200 ? "by one" : "by two");
  writeFileSync(inside("both.txt"), "by the bot");
  expect((await save("later", Object(one.status === 200 ? one.body : two.body).etag)).body).toMatchObject({
    code: "file_changed",
  });
  expect(readFileSync(inside("both.txt"), "utf8")).toBe("by the bot");
});

function expectUntouched(): void {
  expect(readdirSync(outside)).toEqual(["secret"]);
  expect(readFileSync(join(outside, "secret"), "utf8")).toBe("untouched");
  expect(statSync(join(outside, "secret")).mode & 0o777).not.toBe(0o777);
}
