import { z } from "zod";
import type { Actor } from "#contracts/access";
import type { envView } from "#contracts/api/env";
import { looksSecret, MOST_VARIABLES, TOKEN_KEY } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { database, type Transaction } from "#prisma/db";
import { assertMay } from "./access";
import { auditAround } from "./audit";
import { redefine } from "./bots";
import { MASKED } from "./changes";
import { type GivenVariable, stored } from "./definition";
import { workerOf } from "./worker";

export type EnvView = z.infer<typeof envView>;

/** A bot's variables by name. The value of a secret is not even read from the database. */
export async function listVariables(actor: Actor, botId: string): Promise<{ variables: EnvView[] }> {
  await assertMay(actor, "env:read", botId);
  const db = database();
  const [plain, secret] = await Promise.all([
    db.envVar.findMany({ where: { botId, secret: false } }),
    db.envVar.findMany({ where: { botId, secret: true }, omit: { value: true } }),
  ]);
  const variables = [...plain, ...secret.map((one) => ({ ...one, value: null }))]
    .map(({ key, secret, value, updatedAt }) => ({ key, secret, value, updatedAt: updatedAt.getTime() }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return { variables };
}

/** What is set. Without `secret`: a secret stays one, and a name that looks like one becomes one. */
export type SetVariable = { botId: string; key: string; value: string; secret?: boolean };

/** Sets a variable; a running bot takes it at its next start. */
export async function setVariable(actor: Actor, { botId, key, value, secret }: SetVariable): Promise<EnvView> {
  await assertMay(actor, "env:write", botId);
  await redefine(actor, { botId, asked: ["env:write"] }, async (db) => {
    const row = await db.envVar.findUnique({ where: { botId_key: { botId, key } }, select: { secret: true } });
    const isSecret = secret ?? (row?.secret || looksSecret(key));
    const changed = await putVariables(db, botId, [{ key, value, secret: isSecret }]);
    const detail = { key, secret: isSecret || key === TOKEN_KEY, changed: row !== null };
    return { action: "env.set", detail, ...changed };
  });
  const row = await database().envVar.findUniqueOrThrow({ where: { botId_key: { botId, key } } });
  return { key, secret: row.secret, value: row.secret ? null : row.value, updatedAt: row.updatedAt.getTime() };
}

/** A secret in the clear, which is remembered; the panel itself cannot open it, the worker does. */
export async function revealVariable(actor: Actor, botId: string, key: string): Promise<{ value: string }> {
  const { nodeId } = await assertMay(actor, "env:reveal", botId);
  const db = database();
  if (!(await db.envVar.findUnique({ where: { botId_key: { botId, key } }, select: { key: true } })))
    throw new AppError("not_found", { what: "variable" });
  const { values } = await auditAround(db, actor, { action: "env.reveal", botId, detail: { key } }, () =>
    workerOf(nodeId).ask("bots.reveal", { botId, key }),
  );
  return { value: z.string().parse(values[key]) };
}

/** Variables as the audit log tells them: of a secret only that it is there. */
async function shownVariables(
  db: Transaction,
  botId: string,
  keys: readonly string[],
): Promise<Record<string, string>> {
  const rows = await db.envVar.findMany({ where: { botId, key: { in: [...keys] } } });
  return Object.fromEntries(rows.map(({ key, secret, value }) => [key, secret ? MASKED : value]));
}

/**
 * Writes variables, in a transaction that changes the definition. Returns what may be told of it: of one that is made a secret not even what
 * it was. AppError env_too_many, token_malformed.
 */
export async function putVariables(db: Transaction, botId: string, given: readonly GivenVariable[]) {
  const keys = given.map(({ key }) => key);
  const was = await shownVariables(db, botId, keys);
  for (const one of given) {
    const variable = stored(botId, one);
    await db.envVar.upsert({
      where: { botId_key: { botId, key: one.key } },
      create: { botId, ...variable },
      update: variable,
    });
  }
  if ((await db.envVar.count({ where: { botId } })) > MOST_VARIABLES)
    throw new AppError("env_too_many", { most: MOST_VARIABLES });
  const after = await shownVariables(db, botId, keys);
  const before = Object.entries(was).map(([key, value]) => [key, after[key] === MASKED ? MASKED : value]);
  return { before: Object.fromEntries(before), after };
}

/** Removes a variable. */
export async function unsetVariable(actor: Actor, botId: string, key: string): Promise<void> {
  await assertMay(actor, "env:write", botId);
  await redefine(actor, { botId, asked: ["env:write"] }, async (db) => {
    const before = await shownVariables(db, botId, [key]);
    const { count } = await db.envVar.deleteMany({ where: { botId, key } });
    if (count === 0) throw new AppError("not_found", { what: "variable" });
    return { action: "env.unset", detail: { key }, before, after: {} };
  });
}
