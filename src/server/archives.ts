import type { Actor } from "#contracts/access";
import type { ArchiveFormat, ArchivePreview, ExtractRequest, PackRequest, TransferView } from "#contracts/transfer";
import { database } from "#prisma/db";
import { assertMay, personOf } from "./access";
import { auditAround } from "./audit";
import { workerOf } from "./worker";

type OnBot = { botId: string };

/** What an archive in a bot's files would write. */
export async function previewArchive(
  actor: Actor,
  { botId, ...request }: OnBot & Pick<ExtractRequest, "path" | "to">,
  gone?: AbortSignal,
): Promise<ArchivePreview> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:archive", botId);
  return workerOf(nodeId).ask("transfers.preview", { hidden, botId, request }, gone);
}

/** Extracts an archive. Writing over files that are there asks for more than making new ones. */
export async function extractArchive(
  actor: Actor,
  { botId, ...request }: OnBot & ExtractRequest,
): Promise<TransferView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:archive", botId);
  if (request.conflict === "overwrite") await assertMay(actor, "file:write", botId);
  const { path, to, conflict } = request;
  return auditAround(database(), actor, { action: "file.extract", botId, detail: { path, to, conflict } }, () =>
    workerOf(nodeId).ask("transfers.extract", { hidden, botId, owner: personOf(actor), keyId: actor.keyId, request }),
  );
}

/** The formats that a bot's server packs and extracts. */
export async function listFormats(actor: Actor, botId: string): Promise<{ formats: ArchiveFormat[] }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", botId);
  return workerOf(nodeId).ask("transfers.formats", { hidden, botId });
}

/** Packs things of a folder into a file. */
export async function packArchive(actor: Actor, { botId, ...request }: OnBot & PackRequest): Promise<TransferView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:archive", botId);
  if (request.conflict === "overwrite") await assertMay(actor, "file:write", botId);
  const { path, selection, conflict } = request;
  return auditAround(
    database(),
    actor,
    { action: "file.pack", botId, detail: { path, from: selection.folder, conflict } },
    () =>
      workerOf(nodeId).ask("transfers.pack", { hidden, botId, owner: personOf(actor), keyId: actor.keyId, request }),
  );
}
