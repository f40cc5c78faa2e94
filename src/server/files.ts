import type { z } from "zod";
import type { Actor, BotPermission } from "#contracts/access";
import type { files as operations } from "#contracts/api/files";
import type {
  FileContent,
  FileMove,
  FileResult,
  FileUsage,
  FileVersion,
  FileWrite,
  FolderPage,
  TrashEntry,
} from "#contracts/files";
import { database } from "#prisma/db";
import { assertMay, assertMayAll } from "./access";
import { atOnce } from "./at-once";
import { type Ahead, auditAround, type Deed } from "./audit";
import { assertToml } from "./toml";
import { assertUncovered, hidden as hiddenIn, isModel } from "./tools/hide";
import { workerOf } from "./worker";

/*
 * What people do with a bot's files. A path goes to the worker as it came, which alone judges it; here stands who may, and what is
 * remembered: which paths, never what is in them.
 */

type FolderQuery = z.output<NonNullable<(typeof operations.list)["~orpc"]["inputSchema"]>>;

/** Rows of a folder. */
export async function listFolder(actor: Actor, { botId, ...query }: FolderQuery): Promise<FolderPage> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", botId);
  return workerOf(nodeId).ask("files.list", { hidden, botId, query });
}

/** A file for the editor. */
export async function readText(actor: Actor, { botId, path }: OnFile): Promise<FileContent> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:read", botId);
  const file = await workerOf(nodeId).ask("files.read", { hidden, botId, path });
  if (file.text === null || !isModel(actor)) return file;
  return { ...file, text: await hiddenIn({ botId, nodeId }, path, file.text) };
}

/** Saves a text. Whether it makes the file or writes it over decides what is asked. */
export async function writeText(
  actor: Actor,
  { botId, check, ...write }: FileWrite & { botId: string; check?: "toml" | undefined },
): Promise<FileContent> {
  const { path, etag } = write;
  const { nodeId, hiddenPaths: hidden } = await assertMayAll(actor, permissionsToWrite(etag), botId);
  if (isModel(actor)) assertUncovered(write.text);
  if (check === "toml") assertToml(path, write.text);
  return auditAround(
    database(),
    actor,
    { action: etag === null ? "file.create" : "file.write", botId, detail: { path } },
    () => workerOf(nodeId).ask("files.write", { hidden, botId, write, author: actor.name }),
  );
}

const permissionsToWrite = (etag: FileWrite["etag"]): BotPermission[] =>
  etag === undefined ? ["file:create", "file:write"] : [etag === null ? "file:create" : "file:write"];

/** Makes a folder. */
export async function makeFolder(actor: Actor, { botId, path }: OnFile): Promise<void> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:create", botId);
  await auditAround(database(), actor, { action: "file.makeFolder", botId, detail: { path } }, () =>
    workerOf(nodeId).ask("files.makeFolder", { hidden, botId, path }),
  );
}

/** Moves, copies or renames; each thing for itself. */
export async function moveFiles(actor: Actor, { botId, ...move }: FileMove & { botId: string }): Promise<Results> {
  const { nodeId, hiddenPaths: hidden } = await assertMayAll(actor, permissionsToMove(move), botId);
  const { from, to, name, copy, conflict } = move;
  const detail = { to: [to, name].filter(Boolean).join("/"), ...(conflict !== "refuse" && { conflict }) };
  return withMany(actor, { action: copy ? "file.copy" : "file.move", botId, detail }, from, () =>
    workerOf(nodeId).ask("files.move", { hidden, botId, move }),
  );
}

function permissionsToMove({ copy, conflict }: FileMove): BotPermission[] {
  const asked: BotPermission[] = copy ? ["file:create", "file:read"] : ["file:move"];
  // What is overwritten is written over when it is a file, and gone when it is a folder.
  return conflict === "overwrite" ? [...asked, "file:write", "file:delete"] : asked;
}

/** Puts things into the trash; each for itself. */
export async function removeFiles(
  actor: Actor,
  { botId, paths }: { botId: string; paths: string[] },
): Promise<Results> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:delete", botId);
  return withMany(actor, { action: "file.delete", botId }, paths, () =>
    workerOf(nodeId).ask("files.remove", { hidden, botId, paths }),
  );
}

/** Changes permission bits. */
export async function setMode(actor: Actor, { botId, path, mode }: OnFile & { mode: number }): Promise<void> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:chmod", botId);
  const detail = { path, mode: mode.toString(8).padStart(3, "0") };
  await auditAround(database(), actor, { action: "file.chmod", botId, detail }, () =>
    workerOf(nodeId).ask("files.setMode", { hidden, botId, path, mode }),
  );
}

/** What a bot's files take, of what they may. */
export async function readUsage(actor: Actor, botId: string): Promise<FileUsage> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", botId);
  return workerOf(nodeId).ask("files.usage", { hidden, botId });
}

/** What was deleted, newest first. */
export async function listTrash(actor: Actor, botId: string): Promise<{ entries: TrashEntry[] }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", botId);
  return workerOf(nodeId).ask("files.trash", { hidden, botId });
}

/** Puts something back where it lay, or beside it; answers where it is. */
export async function restoreFile(actor: Actor, asked: { botId: string; trashId: string }): Promise<{ path: string }> {
  const { botId } = asked;
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:create", botId);
  return long(actor, { action: "file.restore", botId }, async (entry) => {
    const { path } = await workerOf(nodeId).ask("files.restore", { ...asked, hidden });
    await entry.amend({ path });
    return { path };
  });
}

/** Empties the trash for good. */
export async function purgeTrash(actor: Actor, botId: string): Promise<void> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:delete", botId);
  await long(actor, { action: "file.purge", botId }, () => workerOf(nodeId).ask("files.purge", { hidden, botId }));
}

/** Earlier contents of a file, newest first. */
export async function listVersions(actor: Actor, { botId, path }: OnFile): Promise<{ versions: FileVersion[] }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:read", botId);
  return workerOf(nodeId).ask("files.history", { hidden, botId, path });
}

/** An earlier content of a file. */
export async function readVersion(actor: Actor, asked: OnFile & { versionId: string }): Promise<{ text: string }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:read", asked.botId);
  return workerOf(nodeId).ask("files.version", { ...asked, hidden });
}

type OnFile = { botId: string; path: string };
type Results = { results: FileResult[] };

/** Does something to many paths and remembers those that it was done to. */
function withMany(actor: Actor, deed: Deed, paths: readonly string[], work: () => Promise<Results>): Promise<Results> {
  const detailOf = (done: string[]) => ({ ...deed.detail, paths: done, count: done.length });
  return long(actor, { ...deed, detail: detailOf([...paths]) }, async (entry) => {
    const { results } = await work();
    const done = results.filter(({ outcome }) => outcome === "done").map(({ from }) => from);
    if (done.length === 0) await entry.takeBack();
    else if (done.length < paths.length) await entry.amend(detailOf(done));
    return { results };
  });
}

/** Changes of whole trees that one person may have under way: each holds a connection to the worker until it is done. */
const changes = atOnce(4);

/** A deed as long as the worker may need for whole trees of files. */
async function long<T>(actor: Actor, deed: Deed, work: (entry: Ahead) => Promise<T>): Promise<T> {
  const leave = changes.enter(actor);
  try {
    return await auditAround(database(), actor, deed, work);
  } finally {
    leave();
  }
}
