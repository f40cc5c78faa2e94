import { createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { Writable } from "node:stream";
import { CHUNK_BYTES } from "#contracts/import";
import { transferView, uploadView } from "#contracts/transfer";
import { peaksAbove } from "./memory";
import { type FilesPanel, runPeer } from "./panel";
import { bySide, type Work } from "./scenario";

/** One large file on every way that there is: up, down, into an archive and out of it; and what that takes of memory. */
export async function large({ panel, size, folder, round, put }: Work): Promise<void> {
  const source = await makeRandom(`${folder}/large`, size.bytes);
  const copy = `${folder}/copy`;
  const sum = (peaks: Record<"web" | "worker", number>) => peaks.web + peaks.worker;
  const measured = async (row: string, work: () => Promise<void>) =>
    put(`${row} memory`, "botyard", sum(await peaksAbove(panel.pids, work)));
  const turn = { round, put };

  await bySide(turn, "api upload", {
    botyard: () => measured("api upload", () => upload(panel, source, "large")),
    peer: () => runPeer("cp", [source, copy]),
  });
  await rm(copy);
  await bySide(turn, "api download", {
    botyard: () => measured("api download", () => download(panel, "files/download?path=large", `${folder}/down`)),
    peer: () => runPeer("cp", [source, copy]),
  });
  await sameSize(source, `${folder}/down`);
  await rm(`${folder}/down`);
  await bySide(turn, "pack", {
    botyard: () => measured("pack", () => pack(panel)),
    peer: () => runPeer("gzip", ["-3", copy]),
  });
  await bySide(turn, "extract", {
    botyard: () => measured("extract", () => extract(panel)),
    peer: () => runPeer("gunzip", [`${copy}.gz`]),
  });
  await sameSize(source, `${panel.files}/out/large`);
  for (const path of [copy, `${panel.files}/large`, `${panel.files}/large.zip`, `${panel.files}/out`])
    await rm(path, { recursive: true });
}

/** A file that nothing can be packed out of. */
export async function makeRandom(path: string, bytes: number): Promise<string> {
  const there = await stat(path).catch(() => undefined);
  if (there?.size === bytes) return path;
  await runPeer("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", `count=${bytes / 1024 ** 2}`]);
  return path;
}

async function upload({ ask, send, botId, done }: FilesPanel, source: string, name: string): Promise<void> {
  const file = await open(source);
  try {
    const { size } = await file.stat();
    const base = `/v1/bots/${botId}/uploads`;
    const { id } = await ask(uploadView, "POST", base, { files: [{ path: name, size }] });
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let offset = 0; offset < size; ) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
      await send("PUT", `${base}/${id}/files/0?offset=${offset}`, chunk.subarray(0, bytesRead));
      offset += bytesRead;
    }
    await done(await ask(transferView, "POST", `${base}/${id}/finish`, {}));
  } finally {
    await file.close();
  }
}

/** Takes what the panel sends into a file. */
export async function download({ send, botId }: FilesPanel, what: string, to: string): Promise<void> {
  const { body } = await send("GET", `/v1/bots/${botId}/${what}`);
  if (!body) throw new Error(`${what}: no body`);
  await body.pipeTo(Writable.toWeb(createWriteStream(to)));
}

async function pack({ ask, botId, done }: FilesPanel): Promise<void> {
  const request = { selection: { names: ["large"] }, format: "zip", path: "large.zip" };
  await done(await ask(transferView, "POST", `/v1/bots/${botId}/files/pack`, request));
}

async function extract({ ask, botId, done }: FilesPanel): Promise<void> {
  const request = { path: "large.zip", to: "out" };
  await done(await ask(transferView, "POST", `/v1/bots/${botId}/files/extract`, request));
}

async function sameSize(one: string, other: string): Promise<void> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  if (a.size !== b.size) throw new Error(`${other} has ${b.size} bytes instead of ${a.size}`);
}
