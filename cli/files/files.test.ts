import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { AppError, type ErrorCode } from "#contracts/errors";
import { EDIT_BYTES } from "#contracts/files";
import { runCli } from "../../tests/support/cli";
import { type BotPanel, openBotPanel } from "../testing/bot-panel";
import { runHere } from "../testing/here";

let panel: BotPanel;
let home: string;
let asks: BotPanel["asks"];
let answers: BotPanel["answers"];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "by-cli-"));
  panel = await openBotPanel();
  vi.stubEnv("BOTYARD_URL", panel.url);
  vi.stubEnv("BOTYARD_TOKEN", "");
});
afterAll(() => {
  panel.close();
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asks = panel.asks = [];
  answers = panel.answers = {};
});

const files = (args: readonly string[]) => runHere("files", ...args);
/** Runs it as a program of its own, with something on its standard input. */
const piped = (args: string[], input: string) => runCli(["files", ...args], { env: process.env, input });

const local = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(home, name), bytes);
  return join(home, name);
};
const content = { size: 3, changedAt: 0, mode: 0o644, etag: "e1" };
const refused = (code: ErrorCode, path = "x") => new AppError(code, { path, limit: "4 MB" });
const body = () => asks.at(-1)?.body;

test("ls lists a folder a page at a time, and no name steers the terminal", async () => {
  const entry = { kind: "file", size: 7, changedAt: 0, mode: 0o644 };
  const entries = Array.from({ length: 1_500 }, (_, n) => ({ ...entry, name: `f${n}` }));
  entries.push({ ...entry, name: "a\x1b]0;x\x07\nb" }, { ...entry, name: "src", kind: "folder", mode: 0o755 });
  entries.push({ ...entry, name: "l", kind: "link", ...{ to: "/etc/passwd" } });
  answers["GET /files"] = ({ query }) => {
    const offset = Number(query.offset);
    return {
      path: "d",
      entries: entries.slice(offset, offset + Number(query.limit)),
      total: entries.length,
      etag: "e",
    };
  };
  const { exit, out } = await files(["ls", "one", "d/", "--sort", "size", "--desc"]);
  expect(exit).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(entries.length + 1);
  expect(lines[0]).toBe("MODE  BYTES  CHANGED               NAME");
  expect(lines[1]).toBe("644   7      1970-01-01T00:00:00Z  f0");
  expect(lines.slice(-3).map((line) => line.slice(35))).toEqual([
    "a\ufffd]0;x\ufffd\ufffdb",
    "src/",
    "l -> /etc/passwd",
  ]);
  expect(asks.map(({ query }) => query)).toMatchObject([
    { path: "d", order: "size", descending: "true", offset: "0", limit: "1000" },
    { offset: "1000" },
  ]);
  expect(JSON.parse((await files(["ls", "one", "--json"])).out)).toEqual({ path: "", entries });
});

test("cat gives a text as it is, and says why there is none", async () => {
  const odd = "a\x1b[31mb\r\n\0ü";
  answers["GET /files/content"] = () => ({ ...content, path: "a", text: odd });
  answers["GET /files/history/0123456789abcdef"] = () => ({ text: "earlier" });
  expect(await files(["cat", "one", "a"])).toEqual({ exit: 0, out: odd, err: "" });
  expect((await files(["cat", "one", "a", "--version", "0123456789abcdef"])).out).toBe("earlier");
  expect(JSON.parse((await files(["cat", "one", "a", "--json"])).out)).toMatchObject({ etag: "e1", text: odd });
  const before = process.stdout.isTTY;
  process.stdout.isTTY = true;
  expect((await files(["cat", "one", "a"])).out).toBe("ab\n\ufffdü");
  process.stdout.isTTY = before;
  answers["GET /files/content"] = () => ({ ...content, path: "a", text: null, why: "large" });
  expect(await files(["cat", "one", "a"])).toMatchObject({ exit: 1, out: "", err: expect.stringContaining("4 MB") });
  answers["GET /files/content"] = () => refused("file_missing");
  expect(await files(["cat", "one", "a"])).toMatchObject({ exit: 3, code: "file_missing" });
});

test("put saves over what it saw, makes what is not there, and goes into a folder under its own name", async () => {
  answers["PUT /files/content"] = ({ body }) => ({ ...content, path: Object(body).path, text: "not said again" });
  answers["GET /files/content"] = ({ query }) =>
    query.path === "src" ? refused("file_is_folder") : query.path === "new" ? refused("file_missing") : content;
  const file = local("a.js", "\ufeffzwei\r\nü");
  expect((await files(["put", "one", file, "old"])).out).toBe("old: saved, 3 bytes\n");
  expect(body()).toEqual({ path: "old", text: "\ufeffzwei\r\nü", etag: "e1" });
  expect(JSON.parse((await files(["put", "one", file, "new", "--json"])).out)).toEqual({ ...content, path: "new" });
  expect(body()).toMatchObject({ etag: null });
  expect((await files(["put", "one", file, "old", "--etag", "e0"])).exit).toBe(0);
  expect(body()).toMatchObject({ etag: "e0" });
  expect((await files(["put", "one", file, "src"])).exit).toBe(0);
  expect(body()).toMatchObject({ path: "src/a.js" });
  expect((await files(["put", "one", file, "."])).exit).toBe(0);
  expect(body()).toMatchObject({ path: "a.js" });
  expect(await piped(["put", "one", "-", "old"], "typed\n")).toEqual({
    code: 0,
    out: "old: saved, 3 bytes\n",
    err: "",
  });
  expect(body()).toMatchObject({ path: "old", text: "typed\n" });
  answers["PUT /files/content"] = () => refused("file_changed");
  expect(await files(["put", "one", file, "old"])).toMatchObject({ exit: 1, code: "file_changed" });
});

test("put sends nothing that is no text, or too large for one", async () => {
  for (const bytes of [new Uint8Array([0x61, 0xff]), "a\0b", "x".repeat(EDIT_BYTES + 1)])
    expect((await files(["put", "one", local("bad", bytes), "a"])).exit).toBe(1);
  expect((await files(["put", "one", join(home, "nosuch"), "a"])).exit).toBe(2);
  expect((await piped(["put", "one", "-", "src/"], "text")).code).toBe(2);
  expect(asks).toEqual([]);
});

test("mv and cp go into a folder or to a new name, and each thing has its own end", async () => {
  answers["GET /files"] = ({ query }) => (query.path === "src" ? {} : refused("file_missing"));
  answers["POST /files/move"] = () => ({ results: [{ from: "a", path: "src/a", outcome: "done" }] });
  expect(await files(["mv", "one", "a", "src"])).toEqual({ exit: 0, out: "a → src/a\n", err: "" });
  expect(body()).toEqual({ from: ["a"], to: "src", copy: false, conflict: "refuse" });
  await files(["cp", "one", "a", "lib/b", "--keep-both"]);
  expect(body()).toEqual({ from: ["a"], to: "lib", name: "b", copy: true, conflict: "keepBoth" });
  await files(["mv", "one", "a", "b", "--overwrite"]);
  expect(body()).toEqual({ from: ["a"], to: "", name: "b", copy: false, conflict: "overwrite" });
  const asked = asks.length;
  expect((await files(["mv", "one", "a", "b", "c"])).exit).toBe(1);
  expect((await files(["mv", "one", "a", "b/"])).exit).toBe(1);
  expect((await files(["mv", "one", "a"])).exit).toBe(2);
  expect((await files(["cp", "one", "a", "b", "--skip", "--overwrite"])).exit).toBe(2);
  expect(asks.slice(asked).filter(({ what }) => what.startsWith("POST"))).toEqual([]);
  const failed = { from: "x", outcome: "failed", code: "file_missing", values: { path: "x" } };
  answers["POST /files/move"] = () => ({
    results: [{ from: "a", path: "a", outcome: "skipped" }, { from: "b", path: "b", outcome: "done" }, failed],
  });
  expect(await files(["cp", "one", "a", "b", "x", "/", "--skip"])).toEqual({
    exit: 3,
    out: `a: skipped, something of that name is there\nb: done\nx: failed, ${refused("file_missing").message}\n`,
    err: "",
  });
  answers["POST /files/move"] = () => ({ results: [failed] });
  expect(await files(["mv", "one", "x", "src"])).toEqual({
    exit: 3,
    out: "",
    code: "file_missing",
    err: refused("file_missing").message,
  });
});

test("mkdir, rm, chmod, history and usage ask for what they say", async () => {
  expect((await files(["mkdir", "one", "a/", "b"])).out).toBe("a: created\nb: created\n");
  expect(asks.map(({ body }) => body)).toEqual([{ path: "a" }, { path: "b" }]);
  answers["POST /files/delete"] = ({ body }) => ({
    results: Object(body).paths.map((from: string) => ({ from, path: from, outcome: "done", trash: "t".repeat(16) })),
  });
  expect((await files(["rm", "one", "a/"])).out).toBe(`a: in the trash as ${"t".repeat(16)}\n`);
  expect((await files(["chmod", "one", "755", "run.sh"])).out).toBe("run.sh: 755\n");
  expect(asks.at(-1)).toMatchObject({ what: "POST /files/mode", body: { path: "run.sh", mode: 0o755 } });
  expect((await files(["chmod", "one", "4755", "run.sh"])).exit).toBe(2);
  answers["GET /files/history"] = () => ({ versions: [{ id: "v1", path: "a", at: 0, author: "otto", bytes: 5 }] });
  expect((await files(["history", "one", "a"])).out).toContain("v1  1970-01-01T00:00:00Z  otto  5");
  answers["GET /files/usage"] = () => ({ bytes: 2_000_000, files: 3, maxBytes: 0, maxFiles: 200_000 });
  expect((await files(["usage", "one"])).out).toBe("2.0 MB\n3 of 200000 files\n");
});

test("the trash is listed, taken from by id or path, and emptied only when that is said", async () => {
  const entry = { path: "src", kind: "folder", bytes: 9, deletedAt: 0 };
  answers["GET /trash"] = () => ({
    entries: [
      { ...entry, id: "n".repeat(16) },
      { ...entry, id: "o".repeat(16) },
    ],
  });
  answers[`POST /trash/${"n".repeat(16)}/restore`] = () => ({ path: "src (2)" });
  answers[`POST /trash/${"o".repeat(16)}/restore`] = () => ({ path: "src" });
  expect((await files(["trash", "one"])).out).toContain("oooooooooooooooo  1970-01-01T00:00:00Z  9      src/\n");
  expect((await files(["restore", "one", "src/", "o".repeat(16)])).out).toBe("src (2): restored\nsrc: restored\n");
  expect((await files(["restore", "one", "nosuch"])).exit).toBe(3);
  expect((await files(["trash", "one", "--empty"])).exit).toBe(2);
  expect(asks.some(({ what }) => what.startsWith("DELETE"))).toBe(false);
  expect((await files(["trash", "one", "--empty", "--yes"])).out).toBe("The trash is empty.\n");
  expect(asks.at(-1)?.what).toBe("DELETE /trash");
});
