import type { Actor } from "#contracts/access";
import { gitUser, isSshAddress } from "#contracts/git";
import { type GitBranches, type ImportKeep, type ImportRequest, type ImportView, importView } from "#contracts/import";
import type { Template } from "#contracts/template";
import { database } from "#prisma/db";
import { assertAdmin, assertMayCreate } from "./access";
import { atOnce } from "./at-once";
import { auditAround } from "./audit";
import { newBotId } from "./definition";
import { newKey, sealedToken } from "./git-credentials";
import { assertRoomForBot } from "./limits";
import { workerOf } from "./worker";

/** Brings files of a bot to be, or announces an upload. A folder of this server is for admins only. */
export async function createImport(actor: Actor, asked: ImportRequest): Promise<ImportView> {
  const owner = assertMayCreate(actor);
  if (asked.kind === "folder") assertAdmin(actor);
  await assertRoomForBot(owner);
  const { request, keep } = withoutToken(asked);
  return auditAround(database(), actor, { action: "import.create", detail: { source: request.kind } }, () =>
    workerOf().ask("imports.create", { owner, request, keep, anywhere: actor.kind === "local" }),
  );
}

/** What may stand in a request to the worker, and what git is let in with, sealed for the bot that is to come of it. */
function withoutToken(asked: ImportRequest): { request: ImportRequest; keep?: ImportKeep } {
  if (asked.kind !== "git") return { request: asked };
  const { token, user, ...request } = asked;
  return { request, keep: keepFor(asked) };
}

function keepFor({ url, token, user }: { url: string; token?: string; user?: string }): ImportKeep | undefined {
  const botId = newBotId();
  if (isSshAddress(url)) return { botId, credentials: { key: newKey(botId) } };
  return token === undefined
    ? undefined
    : { botId, credentials: { token: sealedToken(botId, gitUser.parse(user), token) } };
}

/** How far an import of the actor's own is. */
export const getImport = async (actor: Actor, importId: string): Promise<ImportView> =>
  importView.parse(await workerOf().ask("imports.get", { owner: assertMayCreate(actor), importId }));

/** Tries a failed import by git again. */
export async function retryImport(actor: Actor, importId: string): Promise<ImportView> {
  const owner = assertMayCreate(actor);
  return auditAround(database(), actor, { action: "import.retry" }, () =>
    workerOf().ask("imports.retry", { owner, importId }),
  );
}

/** Questions for branches that one person may have under way: each is a process that talks to somebody else's server. */
const asking = atOnce(2);

/** The branches of a repository. */
export async function listBranches(
  actor: Actor,
  { url, token, user }: { url: string; token?: string; user?: string },
  gone?: AbortSignal,
): Promise<GitBranches> {
  assertMayCreate(actor);
  const leave = asking.enter(actor);
  try {
    return await workerOf().ask("imports.branches", { url, keep: keepFor({ url, token, user }) }, gone);
  } finally {
    leave();
  }
}

/** All chunks are sent: unpack and look. */
export const finishImport = async (actor: Actor, importId: string): Promise<ImportView> =>
  workerOf().ask("imports.finish", { owner: assertMayCreate(actor), importId });

/** Cancels an import; its files are forgotten. */
export async function cancelImport(actor: Actor, importId: string): Promise<void> {
  await workerOf().ask("imports.cancel", { owner: assertMayCreate(actor), importId });
}

/** The starter bots. */
export const listTemplates = (): Promise<{ templates: Template[] }> => workerOf().ask("templates.list", {});
