import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveApi } from "../../src/server/api";
import { HOST, idOf } from "../../src/server/testing/panel";
import { tarHeader, tarOf } from "../../worker/files/transfer/testing/raw-tar";
import { rawZip } from "../../worker/imports/testing/raw-zip";
import { millionEntries, overlappingZip, repeatedGzip } from "./support/archives";
import { fileThreats, type Threat } from "./support/file-threats";
import { type FilesWorld, openFilesWorld } from "./support/files-world";

/* Archives that lead out, and what comes into archives, through the HTTP API. */

let world: FilesWorld;
beforeAll(async () => {
  world = await openFilesWorld();
});
afterAll(() => world?.close());
beforeEach(() => world.plant());

const ask = (method: string, path: string, body?: unknown) =>
  world.panel.ask(world.owner.asker, method, `/v1/bots/${world.botId}${path}`, body);
const names = () => readdirSync(world.files).sort();

/** Extracts `evil` and answers with how it ended, and all that was said. */
async function extract(more: object = {}): Promise<{ status: Record<string, unknown>; said: string }> {
  let { body, text } = await ask("POST", "/files/extract", { path: "evil", ...more });
  let said = text;
  while (Object(Object(body).status).state === "working") {
    ({ body, text } = await ask("GET", `/transfers/${idOf(body)}`));
    said += text;
  }
  return { status: Object(Object(body).status), said };
}

/** What an archive of a threat is to come to: a zip and a tar say dots and slashes each in their own way. */
async function tryArchive(archive: Buffer, { expected, resolved = expected }: Threat): Promise<void> {
  for (const conflict of ["refuse", "overwrite"]) {
    world.plant();
    writeFileSync(join(world.files, "evil"), archive);
    const before = [names(), readdirSync(join(world.files, "src"))];
    const { status, said } = await extract({ conflict });
    if (resolved === "nothing") {
      expect(status).toMatchObject({ state: "failed", code: expect.any(String) });
      expect([names(), readdirSync(join(world.files, "src"))]).toEqual(before);
    }
    world.expectUntouched(said);
  }
}

test.each(fileThreats)("in a zip, $name: $path", async (threat) => {
  const path = threat.path.replace("{bot}", world.botId);
  await tryArchive(
    rawZip([
      { name: "good", data: "1" },
      { name: path, data: "evil" },
    ]),
    threat,
  );
});

// A tar ends a name at a NUL, so there is none to try.
test.each(fileThreats.filter(({ path }) => !path.includes("\0")))("in a tar, $name: $path", async (threat) => {
  const name = threat.path.replace("{bot}", world.botId);
  await tryArchive(
    await tarOf([
      { name: "good", data: "1" },
      { name, data: "evil" },
    ]),
    threat,
  );
});

const MB = 1024 * 1024;
const good = { name: "good", data: "1" };
test.each<[string, () => Buffer | Promise<Buffer>, string]>([
  [
    "a link, and then a file through it",
    () => tarOf([{ name: "l", type: "symlink", linkname: ".." }, { name: "l/x" }]),
    "archive_unsafe",
  ],
  [
    "a link in a zip",
    () => rawZip([good, { name: "l", data: "..", mode: 0o120777 }, { name: "l/x" }]),
    "archive_unsafe",
  ],
  ["a hard link", () => tarOf([good, { name: "h", type: "link", linkname: "../secret" }]), "archive_unsafe"],
  ["a character device", () => tarOf([good, { name: "d", type: "character-device" }]), "archive_unsafe"],
  ["a block device", () => tarOf([good, { name: "d", type: "block-device" }]), "archive_unsafe"],
  ["a FIFO", () => tarOf([good, { name: "f", type: "fifo" }]), "archive_unsafe"],
  ["a socket in a zip", () => rawZip([good, { name: "s", mode: 0o140777 }]), "archive_unsafe"],
  ["a tar.gz of 10^6 entries", () => millionEntries(), "archive_unsafe"],
  [
    "a tar.gz of 2 MB that is 2 GB",
    () => repeatedGzip(Buffer.concat([tarHeader(Buffer.from("b"), 2 ** 31), Buffer.alloc(64 * MB)]), 33),
    "archive_too_big",
  ],
  ["a zip of 42 kB that is 4 GB", () => overlappingZip(400, 10 * MB), "archive_too_big"],
  ["a name twice in a zip", () => rawZip([good, good]), "archive_unsafe"],
  ["a name twice in a tar", () => tarOf([good, good]), "archive_unsafe"],
  ["a name that is no UTF-8 in a zip", () => rawZip([good, { name: Buffer.from([0x61, 0xff]) }]), "archive_unsafe"],
  [
    "a name that is no UTF-8 in a tar",
    () => Buffer.concat([tarHeader(Buffer.from([0x61, 0xff])), Buffer.alloc(1_024)]),
    "archive_unsafe",
  ],
])("%s is refused whole", async (_what, make, code) => {
  writeFileSync(join(world.files, "evil"), await make());
  const before = names();
  const { status, said } = await extract();
  expect(status, said.slice(0, 300)).toMatchObject({ state: "failed", code });
  expect(names()).toEqual(before);
  world.expectUntouched(said);
});

test("setuid and setgid end in the archive", async () => {
  writeFileSync(join(world.files, "evil"), await tarOf([{ name: "su", mode: 0o6755 }]));
  expect((await extract()).status).toMatchObject({ state: "done", placed: 1 });
  expect(statSync(join(world.files, "su")).mode & 0o7777).toBe(0o755);
});

test("an archive of all that the bot planted holds its own files, and nothing that a link leads to", async () => {
  for (const query of ["format=tar.gz", "format=tar.gz&names=out&names=root&names=pointer&names=index.js&names=pipe"]) {
    const headers = { host: HOST, "x-botyard-peer": "192.0.2.1", ...world.owner.asker };
    const url = `http://${HOST}/api/v1/bots/${world.botId}/files/archive?${query}`;
    const answer = await serveApi(new Request(url, { headers }));
    const said = gunzipSync(Buffer.from(await answer.arrayBuffer())).toString("latin1");
    expect(said).toContain("index.js");
    for (const name of ["pointer", "environ", "pipe", "device", "socket"]) expect(said).not.toContain(name);
    world.expectUntouched(said);
  }
});

test("quota is counted while bytes come: an upload, an archive and a file that are too large leave nothing", async () => {
  const limit = (diskMb: number) => ask("PATCH", "", { settings: { limits: { diskMb } } });
  expect((await limit(2)).status).toBe(200);
  const files = [{ path: "large", size: 4 * MB }];
  expect(await ask("POST", "/uploads", { files })).toMatchObject({ status: 413, body: { code: "files_over_quota" } });
  const archive = repeatedGzip(
    Buffer.concat([tarHeader(Buffer.from("large"), 4 * MB), Buffer.alloc(4 * MB + 1_024)]),
    1,
  );
  writeFileSync(join(world.files, "evil"), archive);
  const before = names();
  expect((await extract()).status).toMatchObject({ state: "failed", code: "files_over_quota" });
  const text = "x".repeat(3 * MB);
  expect(await ask("PUT", "/files/content", { path: "large", text })).toMatchObject({
    body: { code: "files_over_quota" },
  });
  expect(names()).toEqual(before);
  await limit(0);
});
