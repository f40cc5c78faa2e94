import { open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CHUNK_BYTES, type ImportRequest, type ImportView } from "#contracts/import";
import type { Client } from "../client";
import { Failure } from "../failure";
import { openProgress } from "../files/progress";
import { pieceOf } from "../files/send";
import { agree } from "../input";
import { say } from "../output";

/** Where a bot's files come from; one of the four. */
export type Origin = { template?: string; git?: string; branch?: string; zip?: string; path?: string };

/** Brings the files in and waits until they were looked at. */
export async function bring(client: Client, origin: Origin): Promise<ImportView> {
  const begun = origin.zip ? await upload(client, origin.zip) : await client.imports.create(request(origin));
  for (let view = await follow(client, begun); ; ) {
    const { status, publicKey } = view;
    if (status.state !== "failed") return view;
    if (publicKey === undefined) throw new Failure(status.code, status.message, 1);
    // The key is of this import alone: who cannot be asked would be shown another the next time.
    say(`${status.message}\n\n${publicKey}\n`);
    await agree("It is added; try again", "Run it on a terminal to add the key and try again.");
    view = await follow(client, await client.imports.retry({ importId: view.id }));
  }
}

async function follow(client: Client, begun: ImportView): Promise<ImportView> {
  let now = begun;
  while (now.status.state === "working") {
    await sleep(200);
    now = await client.imports.get({ importId: begun.id });
  }
  return now;
}

function request({ template, git, branch, path }: Origin): ImportRequest {
  if (template) return { kind: "template", template };
  if (git) return { kind: "git", url: git, branch };
  if (path) return { kind: "folder", path: resolve(path) };
  throw Failure.use("Say where the bot comes from: --template, --git, --zip or --path.");
}

async function upload(client: Client, path: string): Promise<ImportView> {
  const { size } = await stat(path).catch(() => {
    throw Failure.use(`There is no readable file ${path}.`);
  });
  const begun = await client.imports.create({ kind: "upload", files: [{ path: basename(path), size }] });
  const importId = begun.id;
  const progress = openProgress(basename(path), false);
  const file = await open(path);
  try {
    for (let offset = 0; offset < size; ) {
      const piece = await pieceOf(file, offset, Math.min(CHUNK_BYTES, size - offset));
      if (piece.length === 0) throw Failure.of("upload_incomplete", `${path} became shorter while it was sent.`);
      await client.imports.chunk({ params: { importId, file: 0 }, query: { offset }, body: new Blob([piece]) });
      offset += piece.length;
      progress.show(offset, size);
    }
    return await client.imports.finish({ importId });
  } catch (error) {
    await client.imports.cancel({ importId }).catch(() => undefined);
    throw error;
  } finally {
    progress.end();
    await file.close();
  }
}
