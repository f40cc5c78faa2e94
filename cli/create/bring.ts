import { open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CHUNK_BYTES, type ImportRequest, type ImportView } from "#contracts/import";
import type { Client } from "../client";
import { Failure } from "../failure";
import { agree } from "../input";
import { plain } from "../output";

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
    process.stderr.write(`${plain(status.message)}\n\n${plain(publicKey)}\n\n`);
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

async function upload(client: Client, file: string): Promise<ImportView> {
  const { size } = await stat(file).catch(() => {
    throw Failure.use(`There is no readable file ${plain(file)}.`);
  });
  let view = await client.imports.create({ kind: "upload", files: [{ path: basename(file), size }] });
  const importId = view.id;
  const handle = await open(file);
  try {
    for (let offset = 0; offset < size; offset += CHUNK_BYTES) {
      const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, size - offset));
      await handle.read(bytes, 0, bytes.length, offset);
      view = await client.imports.chunk({ params: { importId, file: 0 }, query: { offset }, body: new Blob([bytes]) });
      if (process.stderr.isTTY) process.stderr.write(`\r${Math.round((100 * (offset + bytes.length)) / size)} %`);
    }
    if (process.stderr.isTTY && size > 0) process.stderr.write("\r     \r");
    return await client.imports.finish({ importId });
  } catch (error) {
    await client.imports.cancel({ importId }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}
