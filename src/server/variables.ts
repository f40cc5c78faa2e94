import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { envView } from "#contracts/api/bots";
import { looksSecret } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { redefine } from "./bots";
import { stored } from "./definition";

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
  await redefine(actor, botId, async (db) => {
    const before = await db.envVar.findUnique({ where: { botId_key: { botId, key } }, select: { secret: true } });
    const isSecret = secret ?? (before?.secret || looksSecret(key));
    const variable = stored(botId, { key, value, secret: isSecret });
    await db.envVar.upsert({
      where: { botId_key: { botId, key } },
      create: { botId, ...variable },
      update: variable,
    });
    return { action: "env.set", detail: { key, secret: variable.secret, changed: before !== null } };
  });
  const row = await database().envVar.findUniqueOrThrow({ where: { botId_key: { botId, key } } });
  return { key, secret: row.secret, value: row.secret ? null : row.value, updatedAt: row.updatedAt.getTime() };
}

/** Removes a variable. */
export async function unsetVariable(actor: Actor, botId: string, key: string): Promise<void> {
  await assertMay(actor, "env:write", botId);
  await redefine(actor, botId, async (db) => {
    const { count } = await db.envVar.deleteMany({ where: { botId, key } });
    if (count === 0) throw new AppError("not_found", { what: "variable" });
    return { action: "env.unset", detail: { key } };
  });
}
