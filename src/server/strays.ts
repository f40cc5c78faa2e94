import type { Actor } from "#contracts/access";
import type { BotView } from "#contracts/api/bots";
import type { Stray } from "#contracts/api/strays";
import type { BotDefinition } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { database, isTaken, type Transaction } from "#prisma/db";
import { assertAdmin, personOf } from "./access";
import { accessChanged } from "./access-changed";
import { audit, auditAround } from "./audit";
import { nameKey, presentOf, view } from "./bots";
import { hand } from "./hand";
import { keepLimits } from "./limits";
import { lockBirth, lockOwners, tryLockBirth } from "./locks";
import { transaction } from "./transaction";
import { workerOf } from "./worker";

/*
 * Bots that the worker has and of which there is no row. The panel may have died while one was made; but the database may as well be one of
 * an earlier day, or another one. So nothing is done to them but what an admin says: they run on, and are shown.
 */

/** Those that there are. One that is being made, or was removed meanwhile, is none. */
export async function listStrays(actor: Actor): Promise<{ strays: Stray[] }> {
  assertAdmin(actor);
  // The worker before the rows: what is made in between has a row by then, and what is deleted is gone when it is asked for.
  const { bots } = await workerOf().ask("bots.list", {});
  const rows = new Set((await database().bot.findMany({ select: { id: true } })).map(({ id }) => id));
  const strays: Stray[] = [];
  for (const id of Object.keys(bots).filter((one) => !rows.has(one))) {
    const isStray = await database().$transaction(async (db) => (await tryLockBirth(db, id)) && isUnknown(db, id));
    const definition = isStray ? await definitionAt(id) : null;
    if (definition) strays.push(viewOf(definition, (await presentOf([id]))?.[id] ?? null));
  }
  return { strays: strays.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

const viewOf = ({ id, name, source }: BotDefinition, live: Stray["live"]): Stray => ({ id, name, source, live });

const isUnknown = async (db: Transaction, botId: string): Promise<boolean> =>
  (await db.bot.count({ where: { id: botId } })) === 0;

async function definitionAt(botId: string): Promise<BotDefinition | null> {
  try {
    return (await workerOf().ask("bots.get", { botId })).definition;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}

/** The definition of one that nobody makes a row of until the transaction ends. AppError not_found. */
async function strayAt(db: Transaction, botId: string): Promise<BotDefinition> {
  await lockBirth(db, botId);
  const definition = (await isUnknown(db, botId)) ? await definitionAt(botId) : null;
  if (!definition) throw new AppError("not_found", { what: "bot" });
  return definition;
}

type Adopting = { strayId: string; ownerId?: string; name?: string };

/**
 * Makes one somebody's, one's own unless it is said whose; it runs on. Its variables come along, sealed as they are; its key to the panel
 * does not. AppError not_found, bot_name_taken, user_disabled, limit_….
 */
export async function adoptStray(actor: Actor, { strayId: botId, ownerId, name }: Adopting): Promise<BotView> {
  assertAdmin(actor);
  const owner = ownerId ?? personOf(actor);
  let wanted = name ?? "";
  await transaction(async (db) => {
    await lockOwners(db, [owner]);
    const definition = await strayAt(db, botId);
    wanted = name ?? definition.name;
    await keepLimits(db, owner, () => insert(db, { ...definition, name: wanted }, owner));
    await db.envVar.createMany({ data: definition.env.map((variable) => ({ botId, ...variable })) });
    await audit(db, actor, { action: "stray.adopt", botId, detail: { name: wanted } });
    await hand(db, botId);
  }).catch((error: unknown) => {
    throw isTaken(error) ? new AppError("bot_name_taken", { name: wanted }) : error;
  });
  // Whoever adopts sees all bots as it is.
  if (owner !== actor.userId) await accessChanged(owner);
  return view(actor, botId);
}

async function insert(db: Transaction, definition: BotDefinition, ownerId: string): Promise<void> {
  const owner = await db.user.findUnique({
    where: { id: ownerId },
    select: { name: true, role: true, disabledAt: true },
  });
  if (!owner) throw new AppError("not_found", { what: "account" });
  if (owner.disabledAt) throw new AppError("user_disabled", { name: owner.name });
  const node = await db.node.findFirst({ orderBy: { lastSeenAt: "desc" }, select: { id: true } });
  if (!node) throw new AppError("worker_away");
  const { id, name, runtime, entry, source, settings, deploy, tokenOptional, revision } = definition;
  const kept = { id, name, runtime, entry, source, settings, ...(deploy && { deploy }), tokenOptional };
  await db.bot.create({
    data: {
      ...kept,
      nodeId: node.id,
      ownerId,
      nameKey: nameKey(name),
      trusted: owner.role === "admin",
      revision: revision + 1,
    },
  });
}

/** Stops one and deletes its files. AppError not_found, also when it was adopted meanwhile. */
export async function removeStray(actor: Actor, botId: string): Promise<void> {
  assertAdmin(actor);
  const name = (await definitionAt(botId))?.name ?? "";
  await auditAround(database(), actor, { action: "stray.remove", botId, detail: { name } }, () =>
    transaction(async (db) => {
      await strayAt(db, botId);
      await workerOf().ask("bots.remove", { botId });
    }),
  );
}
