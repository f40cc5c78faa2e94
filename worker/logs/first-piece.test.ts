import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRotation } from "./rotate";
import { readPieces } from "./standing";

const KB = 1024;
/** Of a log, without bounds. */
const keep = Number.POSITIVE_INFINITY;
const sizes = { live: 256 * KB, unit: 512 * KB, stays: 64 * KB, outrun: 1e9, braked: 0, sample: 0, small: KB };
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "by-first-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("no piece is made before it is written down where the log stands: found alone it would say that the log was cut", async () => {
  writeFileSync(join(dir, "out.log"), "a line of no importance\n".repeat(40_000));
  // As a full disk would, or a death at this moment.
  const inTheWay = join(dir, "rotate.json.tmp");
  const rotation = await openRotation(dir, { means: "punch", sizes, say() {} });
  mkdirSync(inTheWay);
  await expect(rotation.step(keep)).rejects.toMatchObject({ code: "EISDIR" });
  expect(await readPieces(dir)).toEqual([]);
  rmSync(inTheWay, { recursive: true });
  await rotation.step(keep);
  expect(await readPieces(dir)).not.toEqual([]);
});
