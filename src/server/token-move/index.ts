import type { Actor } from "#contracts/access";
import { envKey, TOKEN_KEY } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { EDIT_BYTES, type FileContent, showPath } from "#contracts/files";
import type { TokenMove, TokenPlan } from "#contracts/token-move";
import { database } from "#prisma/db";
import { assertMayAll, type Standing } from "../access";
import { auditAround } from "../audit";
import { redefine } from "../bots";
import { putVariables } from "../variables";
import { workerOf } from "../worker";
import { nameAt, type Rewrite, rewrite } from "./rewrite";

type Place = { botId: string; path: string; line: number };

/** What moving a token out of a file would do. AppError token_gone, file_not_text. */
export async function planTokenMove(
  actor: Actor,
  { botId, path, line, key }: Place & { key?: string | undefined },
): Promise<TokenPlan> {
  const standing = await assertMayAll(actor, ["env:write", "file:read"], botId);
  const { text, etag } = await readWhole(standing, path);
  const named = envKey.safeParse(nameAt(path, text, line));
  const name = key ?? (named.success ? named.data : TOKEN_KEY);
  const { changes, why, reads } = rewrite(path, text, line, name);
  const row = await database().envVar.findUnique({ where: { botId_key: { botId, key: name } }, select: { key: true } });
  return { key: name, etag, taken: row !== null, changes, why, reads };
}

/**
 * Moves it: first the secret, then the file, so that the token is never nowhere. Who sees the second refused finds the secret set and the
 * file as it was. AppError token_gone, file_changed, env_too_many.
 */
export async function moveToken(
  actor: Actor,
  { botId, path, line, key, etag }: TokenMove & { botId: string },
): Promise<{ key: string; rewritten: boolean }> {
  const standing = await assertMayAll(actor, ["env:write", "file:read"], botId);
  const now = await readWhole(standing, path);
  if (now.etag !== etag) throw new AppError("file_changed", { path: showPath(path) });
  const { token, text } = rewrite(path, now.text, line, key);
  if (text !== null) await assertMayAll(actor, ["file:write"], botId);
  await redefine(actor, { botId, asked: ["env:write", "file:read"] }, async (db) => {
    await putVariables(db, botId, [{ key, value: token, secret: true }]);
    return { action: "env.moveToken", detail: { key, path, line } };
  });
  if (text !== null) await writeWithout(actor, standing, { path, text, etag, token });
  return { key, rewritten: text !== null };
}

type Writing = { path: string; text: string; etag: string; token: Rewrite["token"] };

async function writeWithout(actor: Actor, standing: Standing, { token, ...write }: Writing): Promise<void> {
  const { botId, nodeId, hiddenPaths: hidden } = standing;
  await auditAround(database(), actor, { action: "file.write", botId, detail: { path: write.path } }, () =>
    workerOf(nodeId).ask("files.write", { botId, hidden, write, author: actor.name, redact: [token] }),
  );
}

async function readWhole(standing: Standing, path: string): Promise<FileContent & { text: string }> {
  const { botId, nodeId, hiddenPaths: hidden } = standing;
  const file = await workerOf(nodeId).ask("files.read", { botId, hidden, path });
  if (file.text === null)
    throw new AppError("file_not_text", { path: showPath(path), limit: `${EDIT_BYTES / 1024 / 1024} MiB` });
  return { ...file, text: file.text };
}
