import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homePaths } from "#contracts/home";
import { claimHome, openHome } from "./home";

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

it("refuses a home that another worker serves, or is about to let go of", async () => {
  const paths = homePaths(folder);
  openHome(paths);
  await claimHome(paths);
  await expect(claimHome(paths)).rejects.toThrow(/Another worker/);
});

it("leaves a home to one of two that begin at the same moment", async () => {
  const paths = homePaths(folder);
  openHome(paths);
  const stillOurs = await claimHome(paths);
  await stillOurs();
  // What the other does who looked before we listened.
  rmSync(paths.workerClaim);
  await claimHome(paths);
  await expect(stillOurs()).rejects.toThrow(/Another worker/);
});

it("clears away what a dead one left", async () => {
  const paths = homePaths(folder);
  openHome(paths);
  for (const left of [paths.workerClaim, paths.workerSocket]) writeFileSync(left, "");
  await (await claimHome(paths))();
  expect(existsSync(paths.workerSocket)).toBe(false);
  await expect(claimHome(paths)).rejects.toThrow(/Another worker/);
});
