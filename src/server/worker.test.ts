import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { homePaths } from "#contracts/home";
import type { ImportView } from "#contracts/import";
import { workerOf } from "./worker";

/** Answers a chunk the moment that its last byte is there. In a thread of its own: beside the sender it could never be quicker than it. */
const program = `
const { createServer } = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");
createServer((request, response) => {
  let left = Number(request.headers["content-length"]);
  request.on("data", ({ length }) => {
    left -= length;
    if (left === 0) response.end(workerData.answer);
  });
}).listen(workerData.socketPath, () => parentPort.postMessage("ready"));
`;
const view: ImportView = {
  id: "abcdefghijklmnop",
  status: { state: "receiving", received: 1, total: 9 },
  createdAt: 1,
};

let home: string;
let quick: Worker;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "by-quick-"));
  vi.stubEnv("BOTYARD_HOME", home);
  const socketPath = homePaths(home).workerSocket;
  mkdirSync(dirname(socketPath), { recursive: true });
  quick = new Worker(program, { eval: true, workerData: { socketPath, answer: JSON.stringify(view) } });
  await once(quick, "message");
});
afterAll(async () => {
  await quick.terminate();
  rmSync(home, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

test("a chunk is taken whose answer was there before its sender had said that this was all", async () => {
  // Which of the two comes first is up to the machine: of so many, each does.
  for (let turn = 0; turn < 300; turn++) {
    async function* pieces() {
      yield Buffer.from("x");
    }
    const place = { owner: "u1", importId: view.id, file: 0, offset: 0 };
    expect(await workerOf().chunk(place, { length: 1, pieces: pieces() })).toEqual(view);
  }
});
