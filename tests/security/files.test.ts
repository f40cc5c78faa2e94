import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
}, 120_000);
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
}, 60_000);

test.each(fileThreats)("$name: $path", (threat) => world.tryAll(client, threat, threat.expected), 120_000);
