import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEPLOYS_KEPT } from "#contracts/deploy";
import { openDeployShelf, type Record } from "./record";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(`${tmpdir()}/by-record-`);
});
afterEach(() => rm(root, { recursive: true }));

const recordOf = (number: number): Record => ({
  botId: "abcdefghij",
  number,
  cause: { kind: "person", name: "Ann" },
  branch: "main",
  from: null,
  to: null,
  startedAt: 1,
  status: { state: "running", step: "place" },
  request: { local: "keep", again: false },
});

test("the oldest deploy gives way to a new one, unless something of it is still to be put back", async () => {
  const shelf = openDeployShelf(root);
  for (let n = 0; n < DEPLOYS_KEPT; n++) await shelf.put(recordOf(await shelf.next()));
  await shelf.put({ ...recordOf(2), journal: { steps: [], folders: [] } });
  expect((await shelf.list()).map(({ number }) => number)).toHaveLength(DEPLOYS_KEPT);
  for (let n = 0; n < 3; n++) await shelf.put(recordOf(await shelf.next()));
  const names = (await readdir(shelf.base)).map(Number).toSorted((a, b) => a - b);
  expect(names.slice(0, 2)).toEqual([2, 4]);
  expect(names.at(-1)).toBe(DEPLOYS_KEPT + 3);
});
