import type { Actor } from "#contracts/access";
import { envKey, envValue, looksSecret, reservedEnv, TOKEN_KEY } from "#contracts/bot";
import { ENV_FILE_BYTES, type EnvImport, type EnvLine, type EnvPreview, type EnvSource } from "#contracts/env-file";
import { AppError, fill } from "#contracts/errors";
import { showPath } from "#contracts/files";
import { en } from "#contracts/words/en";
import { database, type Transaction } from "#prisma/db";
import { assertMay, assertMayAll } from "../access";
import { auditAround } from "../audit";
import { redefine } from "../bots";
import { readToken } from "../definition";
import { putVariables } from "../variables";
import { workerOf } from "../worker";
import { type Parsed, parseEnvFile } from "./parse";
import { writeEnvFile } from "./write";

/** What importing a `.env` would do. AppError env_file_too_large, env_file_unreadable. */
export async function previewEnvFile(
  actor: Actor,
  { botId, ...source }: EnvSource & { botId: string },
): Promise<EnvPreview> {
  await assertMay(actor, "env:read", botId);
  const { parsed, etag } = await readSource(actor, botId, source);
  const db = database();
  const [{ revision }, now] = await Promise.all([
    db.bot.findUniqueOrThrow({ where: { id: botId }, select: { revision: true } }),
    variablesNow(db, botId),
  ]);
  const lines = [
    ...parsed.variables.map(({ key, value, lines }) => judged(key, value, lines, now.get(key))),
    ...parsed.unreadable.map(({ line, key }) => refused(key, [line], "unreadable")),
  ];
  return { lines: lines.sort((a, b) => a.line - b.line), revision, etag };
}

/** Sets variables of a `.env`, all or none. AppError env_changed, file_changed, env_too_many, and as the preview. */
export async function importEnvFile(
  actor: Actor,
  { botId, revision: known, etag, take, ...source }: EnvImport & { botId: string },
): Promise<{ set: string[] }> {
  const read = await readSource(actor, botId, source);
  if (etag !== undefined && read.etag !== etag)
    throw new AppError("file_changed", { path: showPath(source.path ?? "") });
  const values = new Map(read.parsed.variables.map(({ key, value }) => [key, value]));
  const given = take.map(({ key, secret }) => {
    const value = values.get(key);
    if (value === undefined) throw new AppError("not_found", { what: "variable" });
    if (!envValue.safeParse(value).success) throw new AppError("env_value_invalid");
    return { key, value, secret };
  });
  const set = given.map(({ key }) => key);
  await redefine(actor, { botId, asked: ["env:write"] }, async (db, revision) => {
    if (revision !== known + 1) throw new AppError("env_changed");
    const changed = await putVariables(db, botId, given);
    const detail = { keys: set, count: set.length, path: source.path ?? "" };
    return { action: "env.import", detail, ...changed };
  });
  return { set };
}

/** A bot's environment as a `.env`, secrets in the clear, which is remembered. */
export async function exportEnvFile(actor: Actor, botId: string): Promise<{ text: string }> {
  const { nodeId } = await assertMayAll(actor, ["env:read", "env:reveal"], botId);
  const { values } = await auditAround(database(), actor, { action: "env.export", botId }, () =>
    workerOf(nodeId).ask("bots.reveal", { botId }),
  );
  return { text: writeEnvFile(values, (key) => fill(en.server.envUnwritable, { key })) };
}

type Read = { parsed: Parsed; etag: string | null };

async function readSource(actor: Actor, botId: string, { text, path }: EnvSource): Promise<Read> {
  await assertMay(actor, "env:write", botId);
  if ((text === undefined) === (path === undefined)) throw new AppError("bad_input", { detail: en.server.envSource });
  if (path === undefined) return { parsed: parseEnvFile(bounded(text ?? "")), etag: null };
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:read", botId);
  const file = await workerOf(nodeId).ask("files.read", { botId, hidden, path });
  if (file.text === null) throw new AppError("env_file_unreadable", { path: showPath(path) });
  return { parsed: parseEnvFile(bounded(file.text)), etag: file.etag };
}

function bounded(text: string): string {
  if (Buffer.byteLength(text) > ENV_FILE_BYTES) throw new AppError("env_file_too_large", { limit: "256 KB" });
  return text;
}

/** What is set now, without the value of any secret. */
async function variablesNow(db: Transaction, botId: string): Promise<Map<string, string | null>> {
  const [plain, secret] = await Promise.all([
    db.envVar.findMany({ where: { botId, secret: false }, select: { key: true, value: true } }),
    db.envVar.findMany({ where: { botId, secret: true }, select: { key: true } }),
  ]);
  return new Map([
    ...plain.map(({ key, value }): [string, string] => [key, value]),
    ...secret.map(({ key }): [string, null] => [key, null]),
  ]);
}

function judged(key: string, value: string, lines: readonly number[], now: string | null | undefined): EnvLine {
  const why = whyNot(key, value);
  if (why) return refused(key, lines, why);
  const secret = now === null || looksSecret(key);
  const outcome = now === undefined ? "new" : now === null ? "hidden" : now === value ? "equal" : "changed";
  const before = outcome === "changed" && now !== null && now !== undefined && !secret ? { before: now } : {};
  return { ...placeOf(lines), key, outcome, secret, value: secret ? null : value, ...before };
}

function whyNot(key: string, value: string): EnvLine["why"] {
  if (reservedEnv.includes(key) || key.startsWith("BOTYARD_")) return "reserved";
  if (!envKey.safeParse(key).success) return "name";
  if (!envValue.safeParse(value).success) return value.includes("\0") ? "value" : "long";
  return key === TOKEN_KEY && !isToken(value) ? "token" : undefined;
}

function isToken(value: string): boolean {
  try {
    return readToken(value) !== "";
  } catch {
    return false;
  }
}

const refused = (key: string, lines: readonly number[], why: EnvLine["why"]): EnvLine => ({
  ...placeOf(lines),
  key: showPath(key),
  outcome: "refused",
  why,
  secret: false,
  value: null,
});

const placeOf = (lines: readonly number[]) => ({ line: lines.at(-1) ?? 1, also: lines.slice(0, -1) });
