import type { Actor } from "#contracts/access";
import type {
  TakenPlace,
  TakenRequest,
  TransferView,
  UploadChoice,
  UploadRequest,
  UploadView,
} from "#contracts/transfer";
import { database } from "#prisma/db";
import { assertMay, personOf } from "./access";
import { auditAround } from "./audit";
import { workerOf } from "./worker";

/** One transfer of the actor's own. */
type OnTransfer = { botId: string; transferId: string };

/** Paths that are told in the log of activity, of one upload. */
const PATHS_TOLD = 20;

/** Announces files that will be sent in chunks. Writing over files that are there asks for more than uploading new ones. */
export async function announceUpload(
  actor: Actor,
  { botId, ...request }: { botId: string } & UploadRequest,
): Promise<UploadView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:upload", botId);
  if (request.conflict === "overwrite") await assertMay(actor, "file:write", botId);
  const names = request.files.slice(0, PATHS_TOLD).map(({ path }) => path);
  const detail = { path: request.to, names, count: request.files.length, conflict: request.conflict };
  return auditAround(database(), actor, { action: "file.upload", botId, detail }, () =>
    workerOf(nodeId).ask("transfers.upload", { hidden, botId, owner: personOf(actor), request }),
  );
}

/** The actor's uploads that wait for more. */
export async function listUploads(actor: Actor, botId: string): Promise<{ uploads: TransferView[] }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:upload", botId);
  return workerOf(nodeId).ask("transfers.uploads", { hidden, botId, owner: personOf(actor) });
}

/** How much of each file is here. */
export async function uploadState(actor: Actor, on: OnTransfer): Promise<UploadView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:upload", on.botId);
  return workerOf(nodeId).ask("transfers.uploadState", { hidden, ...on, owner: personOf(actor) });
}

/** Which files of an upload would take the place of something. */
export async function takenPlaces(
  actor: Actor,
  { botId, ...request }: { botId: string } & TakenRequest,
): Promise<{ taken: TakenPlace[] }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:upload", botId);
  return workerOf(nodeId).ask("transfers.taken", { hidden, botId, request });
}

/**
 * Gives what was sent its names. Whoever announced to write over what is there must still be allowed to; what is written over that was not
 * announced to be, is remembered as well.
 */
export async function finishUpload(
  actor: Actor,
  { conflict, conflicts, ...on }: OnTransfer & UploadChoice,
): Promise<TransferView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:upload", on.botId);
  const worker = workerOf(nodeId);
  const asked = { ...on, owner: personOf(actor) };
  const own = new Map(conflicts.map((one) => [one.path, one.conflict]));
  const finish = () => worker.ask("transfers.finish", { hidden, ...asked, conflict, conflicts });
  const says = [conflict, ...own.values()].includes("overwrite");
  if (says) await assertMay(actor, "file:write", on.botId);
  else if (conflict !== undefined) return finish();
  const { to, files, conflict: announced } = await worker.ask("transfers.uploadState", { ...asked, hidden });
  const over = files.filter(({ path }) => (own.get(path) ?? conflict ?? announced) === "overwrite");
  // Asked again once it is over, it has no files any more.
  if (over.length === 0) return finish();
  if (!says) await assertMay(actor, "file:write", on.botId);
  if (announced === "overwrite") return finish();
  const names = over.slice(0, PATHS_TOLD).map(({ path }) => path);
  const detail = { path: to, names, count: over.length, conflict: "overwrite" };
  return auditAround(database(), actor, { action: "file.upload", botId: on.botId, detail }, finish);
}

/** How far a transfer is. */
export async function transferState(actor: Actor, on: OnTransfer): Promise<TransferView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", on.botId);
  return workerOf(nodeId).ask("transfers.state", { hidden, ...on, owner: personOf(actor) });
}

/** Cancels a transfer; what was sent is forgotten. */
export async function cancelTransfer(actor: Actor, on: OnTransfer): Promise<void> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", on.botId);
  await auditAround(database(), actor, { action: "file.cancel", botId: on.botId }, () =>
    workerOf(nodeId).ask("transfers.cancel", { hidden, ...on, owner: personOf(actor) }),
  );
}
