import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CHUNK_BYTES } from "#contracts/import";
import { workerOf } from "../../src/server/worker";
import { startWorker } from "../support/worker";

/*
 * Chunks between the web and a real worker, whichever of the two is done first.
 */
const owner = "u1";
let home: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "by-chunks-"));
  vi.stubEnv("BOTYARD_HOME", home);
  stop = await startWorker(home);
});
afterAll(async () => {
  await stop();
  rmSync(home, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

async function announce(size: number) {
  const request = { kind: "upload" as const, files: [{ path: "index.js", size }] };
  const { id } = await workerOf().ask("imports.create", { owner, request, anywhere: false });
  return { owner, importId: id, file: 0 };
}

/** So many turns of the loop later, this program hears nothing for a moment, as one that is busy does: what it is told meanwhile waits. */
async function busyAfter(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
}
/** So much, a piece at a time; after each this program is busy for a while. */
async function* slowly(bytes: number, turns: number) {
  const piece = 1024 * 1024;
  for (let sent = 0; sent < bytes; sent += piece) {
    yield Buffer.alloc(piece);
    await busyAfter(turns);
  }
}

test("a chunk that is refused before it was read, or in the midst, is told why", async () => {
  const [never, midst] = [await announce(3 * CHUNK_BYTES), await announce(3 * 1024 * 1024)];
  for (let turns = 0; turns < 16; turns++) {
    const bytes = () => ({ length: CHUNK_BYTES, pieces: slowly(CHUNK_BYTES, turns) });
    await expect(workerOf().chunk({ ...never, offset: 1 }, bytes())).rejects.toMatchObject({
      code: "upload_out_of_order",
      values: { expected: 0, got: 1 },
    });
    await expect(workerOf().chunk({ ...midst, offset: 0 }, bytes())).rejects.toMatchObject({
      code: "upload_too_long",
      values: { path: "index.js" },
    });
  }
});

test("what is cancelled while its sender is quiet is told at once, and the sender is not waited for", async () => {
  const place = await announce(CHUNK_BYTES);
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(1024);
    begin();
    await new Promise(() => {});
  }
  const chunk = workerOf().chunk({ ...place, offset: 0 }, { length: CHUNK_BYTES, pieces: pieces() });
  chunk.catch(() => undefined);
  await begun;
  await workerOf().ask("imports.cancel", { owner, importId: place.importId });
  await expect(chunk).rejects.toMatchObject({ code: "import_gone" });
});
