import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { OnConflict } from "#contracts/files";
import { CHUNK_BYTES } from "#contracts/import";
import { type TransferView, UPLOAD_FILES, type UploadView } from "#contracts/transfer";
import type { Client } from "../client";
import { Failure } from "../failure";
import type { Progress } from "./progress";

/** A file of this machine, and what it is to be called from the target folder on. */
type Local = { from: string; path: string; size: number; sha256: string };

/** Files and folders of this machine, folders under their own names; links and what is no file are left out. Exit 2 for what is not there. */
export async function readAll(paths: readonly string[]): Promise<{ files: Local[]; folders: string[] }> {
  const files: Local[] = [];
  const folders: string[] = [];
  async function add(from: string, path: string): Promise<void> {
    const stat = await lstat(from);
    if (stat.isFile()) files.push({ from, path, size: stat.size, sha256: await hashOf(from) });
    if (!stat.isDirectory()) return;
    const names = await readdir(from);
    if (names.length === 0) folders.push(path);
    for (const name of names.sort()) await add(join(from, name), `${path}/${name}`);
  }
  for (const path of paths) {
    const stat = await lstat(path).catch(() => undefined);
    if (!stat?.isFile() && !stat?.isDirectory()) throw Failure.use(`There is no file or folder ${path}.`);
    await add(path, basename(resolve(path)));
  }
  return { files, folders };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest("hex");
}

/** What goes where. */
type Sending = { botId: string; to: string; conflict: OnConflict };

/**
 * Sends files in chunks; an upload of the very same files to the same folder that broke off before is gone on with. Answers what begins
 * to be placed, an upload of UPLOAD_FILES each.
 */
export async function* sendAll(
  client: Client,
  sending: Sending,
  { files, folders }: { files: readonly Local[]; folders: readonly string[] },
  progress: Progress,
): AsyncGenerator<TransferView> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (let at = 0; at === 0 || at < files.length; at += UPLOAD_FILES) {
    const part = files.slice(at, at + UPLOAD_FILES);
    // Folders with nothing in them go with the first.
    const upload = await findOrAnnounce(client, sending, part, at === 0 ? folders : []);
    const on = { botId: sending.botId, transferId: upload.id };
    for (const [number, file] of part.entries()) {
      const received = upload.files[number]?.received ?? 0;
      await sendFile(client, { ...on, file: number }, file, received, (sent) => progress.show(before + sent, total));
      before += file.size;
    }
    yield await client.transfers.finishUpload({ ...on, conflict: sending.conflict });
  }
}

async function findOrAnnounce(
  client: Client,
  { botId, to, conflict }: Sending,
  part: readonly Local[],
  folders: readonly string[],
): Promise<UploadView> {
  const announced = part.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
  const same = ({ files }: UploadView) =>
    files.length === announced.length &&
    announced.every(({ path, sha256 }, n) => files[n]?.path === path && files[n]?.sha256 === sha256);
  const { uploads } = await client.transfers.uploads({ botId });
  for (const { id } of uploads.filter((one) => one.to === to && one.status.state === "receiving")) {
    const upload = await client.transfers.uploadState({ botId, transferId: id });
    if (same(upload)) return upload;
  }
  return client.transfers.upload({ botId, to, conflict, files: announced, folders: [...folders] });
}

type Place = { botId: string; transferId: string; file: number };

async function sendFile(
  client: Client,
  place: Place,
  { from, size }: Local,
  received: number,
  sent: (bytes: number) => void,
): Promise<void> {
  if (received === size) return;
  const file = await open(from, "r");
  try {
    for (let offset = received; offset < size; ) {
      const body = await pieceOf(file, offset, Math.min(CHUNK_BYTES, size - offset));
      if (body.length === 0) throw Failure.of("upload_incomplete", `${from} became shorter while it was sent.`);
      await client.transfers.chunk({
        params: { ...place, file: String(place.file) },
        query: { offset: String(offset) },
        body: new Blob([body]),
      });
      offset += body.length;
      sent(offset);
    }
  } finally {
    await file.close();
  }
}

/** Bytes of a file, fewer only where it ends. */
export async function pieceOf(file: FileHandle, at: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const piece = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(piece, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return piece.subarray(0, read);
}
