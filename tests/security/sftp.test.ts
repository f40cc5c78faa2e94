import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { honestSftpPath, neverClient, openWire, sftpClient, type Wire } from "./support/file-sftp";
import { fileThreats, type Threat } from "./support/file-threats";
import { type FilesWorld, openFilesWorld } from "./support/files-world";

/* Everything that SFTP can be asked about files, at every path of the table: the packets themselves, by a client that mends nothing. */

let world: FilesWorld;
let wire: Wire;
beforeAll(async () => {
  world = await openFilesWorld({ BOTYARD_SFTP_PORT: "0" });
  wire = await openWire(world);
});
afterAll(async () => {
  wire?.close();
  await world?.close();
});

test("on honest ground every one of them is done, so that a refusal means something", async () => {
  for (const [what, act] of Object.entries(sftpClient(wire))) {
    world.plant();
    if (what === "remove a folder") mkdirSync(join(world.files, "empty"));
    const { done, said } = await act(honestSftpPath(what));
    expect([what, done], said).toEqual([what, true]);
  }
});

test.each(fileThreats)("$name: $path", (threat) =>
  world.tryAll(sftpClient(wire), threat, threat.resolved ?? threat.expected),
);

test.each(fileThreats)("links, and what only asks about a path, at $name: $path", (threat) =>
  world.tryAll(neverClient(wire), threat, "nothing"),
);

const bytes: readonly Threat[] = [
  { name: "overlong dots", path: "\xc0\xae\xc0\xae/secret", expected: "nothing" },
  { name: "an overlong slash", path: "..\xc0\xafsecret", expected: "nothing" },
  { name: "an overlong NUL", path: "index.js\xc0\x80", expected: "nothing" },
  { name: "half a pair of surrogates", path: "\xed\xa0\x80", expected: "nothing" },
  { name: "a byte that begins nothing", path: "src/\xff", expected: "nothing" },
];
test.each(bytes)("bytes that are no UTF-8: $name", (threat) =>
  world.tryAll(
    sftpClient(wire, (path) => Buffer.from(path, "latin1")),
    threat,
    threat.expected,
  ),
);
