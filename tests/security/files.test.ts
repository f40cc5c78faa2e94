import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EDIT_BYTES } from "#contracts/files";
import { type GitServer, startGitServer } from "../../worker/git/testing/git-server";
import { honestPath, httpClient } from "./support/file-http";
import { type FileClient, fileThreats } from "./support/file-threats";
import { type FilesWorld, openFilesWorld } from "./support/files-world";

/* Everything that the HTTP API can be asked about files, at every path of the table. */

let server: GitServer;
let root: string;
let world: FilesWorld;
let client: FileClient;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "by-https-"));
  server = await startGitServer(root, (_request, response) => Boolean(response.end("fetched")));
  world = await openFilesWorld({ BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8", BOTYARD_GIT_CA_FILE: server.caFile });
  client = httpClient(world, `https://127.0.0.1:${server.port}/fetched`);
});
afterAll(async () => {
  await world?.close();
  await server?.close();
  rmSync(root, { recursive: true });
});

test("on honest ground every one of them is done, so that a refusal means something", async () => {
  for (const [what, act] of Object.entries(client)) {
    world.plant();
    const { done, said } = await act(honestPath(what));
    expect([what, done], said.slice(0, 500)).toEqual([what, true]);
  }
});

test.each(fileThreats)("$name: $path", (threat) => world.tryAll(client, threat, threat.expected));

const ask = (method: string, path: string, body?: unknown) =>
  world.panel.ask(world.owner.asker, method, `/v1/bots/${world.botId}${path}`, body);
const inside = (path: string) => join(world.files, path);

test("nor does anything lead into another bot's files", async () => {
  const other = await world.panel.newBot(world.owner, "other");
  const own = join(world.panel.home, "bots", other, "files", "index.js");
  const before = readFileSync(own, "utf8");
  for (const path of [`../../${other}/files/index.js`, `../../${other}`])
    await world.tryAll(client, { name: "another bot", path, expected: "nothing" }, "nothing");
  expect(readFileSync(own, "utf8")).toBe(before);
});

test("nor anything that an address says in percent", async () => {
  for (const query of ["%2e%2e%2fx", "..%2f", "%2e%2e/", "..%5c", "%c0%ae%c0%ae/x", "%252e%252e%252fx", "%00", "%ff"])
    for (const path of ["/files", "/files/content"]) {
      const { status, text } = await ask("GET", `${path}?path=${query}`);
      expect([query, status]).toEqual([query, expect.toSatisfy((code) => code >= 400 && code < 500)]);
      world.expectUntouched(text);
    }
});

test("a text of more bytes than the editor opens is not saved, however few signs it has", async () => {
  const save = (text: string) => ask("PUT", "/files/content", { path: "long.txt", text });
  expect(await save("ä".repeat(EDIT_BYTES / 2 + 1))).toMatchObject({ status: 413, body: { code: "file_not_text" } });
  expect(existsSync(inside("long.txt"))).toBe(false);
  expect((await save("ä".repeat(EDIT_BYTES / 2))).status).toBe(200);
});

test("links, FIFOs and what is large or binary are shown, and never opened as text", async () => {
  world.plant();
  writeFileSync(inside("large"), "");
  truncateSync(inside("large"), 2 * 1024 ** 3);
  writeFileSync(inside("binary"), new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]));
  const { body } = await ask("GET", "/files");
  const kinds = { pointer: "link", out: "link", pipe: "other", large: "file", src: "folder" };
  for (const [name, kind] of Object.entries(kinds))
    expect(body).toMatchObject({ entries: expect.arrayContaining([expect.objectContaining({ name, kind })]) });
  const read = async (path: string) => [path, (await ask("GET", `/files/content?path=${path}`)).body];
  for (const path of ["pointer", "out", "chain", "root", "pipe"])
    expect(await read(path)).toMatchObject([path, { code: "file_special" }]);
  expect(await read("large")).toMatchObject(["large", { text: null, why: "large", size: 2 ** 31 }]);
  expect(await read("binary")).toMatchObject(["binary", { text: null, why: "binary" }]);
  rmSync(inside("large"));
});

test("what is written at a link, or at a name of a file that has others, is a file of its own", async () => {
  world.plant();
  linkSync(join(world.outside, "secret"), inside("hard"));
  for (const path of ["pointer", "hard"]) {
    expect((await ask("PUT", "/files/content", { path, text: "evil" })).status).toBe(200);
    expect(lstatSync(inside(path)).isFile()).toBe(true);
    expect(readFileSync(inside(path), "utf8")).toBe("evil");
  }
  const { text, body } = await ask("POST", "/files/delete", { paths: ["out", "chain", "root"] });
  expect(body).toMatchObject({ results: [{ outcome: "done" }, { outcome: "done" }, { outcome: "done" }] });
  world.expectUntouched(text);
});

test("of two people who save one file the second is told, and nothing is lost", async () => {
  const save = (text: string, etag: unknown) => ask("PUT", "/files/content", { path: "both.txt", text, etag });
  const { etag } = Object((await save("first", null)).body);
  const [one, two] = await Promise.all([save("by one", etag), save("by two", etag)]);
  expect([one.status, two.status].sort()).toEqual([200, 412]);
  const kept = one.status === 200 ? one : two;
  expect(readFileSync(inside("both.txt"), "utf8")).toBe(kept === one ? "by one" : "by two");
  writeFileSync(inside("both.txt"), "by the bot");
  expect((await save("later", Object(kept.body).etag)).body).toMatchObject({ code: "file_changed" });
  expect(readFileSync(inside("both.txt"), "utf8")).toBe("by the bot");
});
