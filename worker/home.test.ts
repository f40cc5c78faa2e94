import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homePaths } from "#contracts/home";
import { claimSocket, openHome } from "./home";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/by-home-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("makes its folders for their owner only", () => {
  const paths = homePaths(`${folder}/new/home`);
  openHome(paths);
  for (const made of [paths.run, paths.bots, paths.worker, paths.secrets]) {
    expect(statSync(made).mode & 0o777).toBe(0o700);
  }
});

it("says in one sentence why a home cannot be used", () => {
  writeFileSync(`${folder}/file`, "");
  expect(() => openHome(homePaths(`${folder}/file`))).toThrow(/BOTYARD_HOME .* cannot be written/);
  expect(() => openHome(homePaths(`${folder}/${"long".repeat(30)}`))).toThrow(/Set BOTYARD_HOME to a shorter path/);
});

it("refuses a home that another worker serves, and clears away a dead one's socket", async () => {
  const path = `${folder}/worker.sock`;
  await claimSocket(path);
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((listening) => server.listen(path, listening));
  await expect(claimSocket(path)).rejects.toThrow(/Another worker/);
  await new Promise((closed) => server.close(closed));
  writeFileSync(path, "");
  await claimSocket(path);
  expect(existsSync(path)).toBe(false);
});
