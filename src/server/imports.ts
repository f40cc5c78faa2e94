import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { CHUNK_BYTES, type ImportRequest, type ImportView } from "#contracts/import";
import type { Template } from "#contracts/template";
import { database } from "#prisma/db";
import { assertAdmin, personOf } from "./access";
import { audit } from "./audit";
import { workerOf } from "./worker";

/** Brings files of a bot to be, or announces an upload. A folder of this server is for admins only. */
export async function createImport(actor: Actor, request: ImportRequest): Promise<ImportView> {
  const owner = personOf(actor);
  if (request.kind === "folder") assertAdmin(actor);
  return database().$transaction(async (db) => {
    await audit(db, actor, { action: "import.create", detail: { source: request.kind } });
    return workerOf().ask("imports.create", { owner, request, anywhere: actor.kind === "local" });
  });
}

/** How far an import of the actor's own is. */
export const getImport = async (actor: Actor, importId: string): Promise<ImportView> =>
  workerOf().ask("imports.get", { owner: personOf(actor), importId });

/** The next chunk of an announced file. */
export async function sendChunk(
  actor: Actor,
  chunk: { importId: string; file: number; offset: number; bytes: Blob },
): Promise<ImportView> {
  const { importId, file, offset, bytes } = chunk;
  if (bytes.size > CHUNK_BYTES) throw new AppError("chunk_too_big", { limit: "8 MB" });
  return workerOf().chunk({ owner: personOf(actor), importId, file, offset }, bytes);
}

/** All chunks are sent: unpack and look. */
export const finishImport = async (actor: Actor, importId: string): Promise<ImportView> =>
  workerOf().ask("imports.finish", { owner: personOf(actor), importId });

/** Cancels an import; its files are forgotten. */
export async function cancelImport(actor: Actor, importId: string): Promise<void> {
  await workerOf().ask("imports.cancel", { owner: personOf(actor), importId });
}

/** The starter bots. */
export const listTemplates = (): Promise<{ templates: Template[] }> => workerOf().ask("templates.list", {});
