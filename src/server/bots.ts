import type { z } from "zod";
import type { Actor, BotPermission } from "#contracts/access";
import type { BotView, bots as operations } from "#contracts/api/bots";
import {
  type BotLive,
  type BotSettings,
  type BotSettingsChange,
  botSettings,
  botSource,
  panelReach,
  runtimeName,
  TOKEN_KEY,
} from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { database, isTaken, type Transaction } from "#prisma/db";
import {
  assertAdmin,
  assertMay,
  assertMayAll,
  assertStill,
  type Standing,
  standingColumns,
  standingOf,
} from "./access";
import { takerOf } from "./at-once";
import { audit, auditAround, type Deed } from "./audit";
import { assertFits } from "./definition";
import { isRefusal } from "./failure";
import { hand } from "./hand";
import { keepLimits } from "./limits";
import { openLine } from "./line";
import { lockBots, lockOwners } from "./locks";
import { assertUnchanged } from "./precondition";
import { settle } from "./settle";
import { inLine, transaction } from "./transaction";
import { workerOf } from "./worker";

/** Bots are told apart by name without regard to case and width, among one owner's. */
export const nameKey = (name: string): string => name.normalize("NFKC").toLowerCase();

/** One bot. */
export async function getBot(actor: Actor, botId: string): Promise<BotView> {
  await assertMay(actor, "bot:view", botId);
  return view(actor, botId);
}

/** Changes name, runtime, entry or settings; the worker has the new definition or nothing changed. */
export async function updateBot(
  actor: Actor,
  { botId, ...change }: z.output<NonNullable<(typeof operations.update)["~orpc"]["inputSchema"]>>,
): Promise<BotView> {
  const asked: BotPermission[] = ["settings:update"];
  if (change.name !== undefined) asked.push("settings:rename");
  if (change.runtime !== undefined || change.entry !== undefined) asked.push("settings:runtime");
  const { ownerId } = await assertMayAll(actor, asked, botId);
  const made = async (db: Transaction) => {
    const now = await db.bot.findUniqueOrThrow({ where: { id: botId } });
    // It was given away meanwhile: others' limits hold.
    if (now.ownerId !== ownerId) throw new AppError("precondition_failed");
    if (change.runtime !== undefined || change.entry !== undefined)
      assertFits(change.runtime ?? runtimeName.parse(now.runtime), change.entry ?? now.entry);
    const named = change.name === undefined ? {} : { name: change.name, nameKey: nameKey(change.name) };
    const { name, runtime, entry } = now;
    const before = { name, runtime, entry, settings: botSettings.parse(now.settings) };
    const settings = withChange(before.settings, change.settings);
    await keepLimits(db, ownerId, () =>
      db.bot.update({ where: { id: botId }, data: { ...change, ...named, settings } }),
    );
    const detail = { changed: Object.keys(change), ...(named.name && { name: named.name }) };
    return { action: "bot.update", detail, before, after: { ...before, ...change, settings } };
  };
  await redefine(actor, { botId, asked }, made, (db) => lockOwners(db, [ownerId])).catch((error: unknown) => {
    throw isTaken(error) && change.name !== undefined ? new AppError("bot_name_taken", { name: change.name }) : error;
  });
  return view(actor, botId);
}

/** Settings with what is to change of them; the rest is as it was. */
const withChange = (now: BotSettings, change: BotSettingsChange = {}): BotSettings => ({
  ...now,
  ...change,
  restart: { ...now.restart, ...change.restart },
  stop: { ...now.stop, ...change.stop },
  ready: { ...now.ready, ...change.ready },
  limits: { ...now.limits, ...change.limits },
  logs: { ...now.logs, ...change.logs },
});

/** Bots that are being deleted for one person: each holds a connection to the worker until it has ended. */
const removals = openLine({ atOnce: 3, waiting: 500 });

/**
 * Stops and deletes a bot with its files; when the worker refuses, it is still there. Its row goes last, and no connection to the database is
 * held while it stops.
 */
export const deleteBot = (actor: Actor, botId: string): Promise<void> =>
  removals(takerOf(actor), async () => {
    const db = database();
    await assertStill(db, actor);
    const { nodeId } = await assertMay(actor, "bot:delete", botId);
    const bot = await db.bot.findUnique({ where: { id: botId }, select: { name: true } });
    const deed = { action: "bot.delete", botId, detail: { name: bot?.name ?? "" } };
    // Once its files are gone they are gone, whatever becomes of the rows: so it is remembered before.
    await auditAround(db, actor, deed, async () => {
      const end = () => workerOf(nodeId).ask("bots.remove", { botId });
      await end();
      await removeRow(botId);
      // Whoever changed it meanwhile has handed it to the worker anew.
      await end().catch(() => settle(botId, "made"));
    });
  });

/** The row of a bot that the worker has no more. AppError not_found when somebody else deleted it at the same time. */
async function removeRow(botId: string): Promise<void> {
  const { count } = await inLine((db) => db.bot.deleteMany({ where: { id: botId } })).catch((error: unknown) => {
    settle(botId, "gone");
    throw error;
  });
  if (count === 0) throw new AppError("not_found", { what: "bot" });
}

/** What a change of a definition says of itself for the audit log. */
type Change = Omit<Deed, "botId">;

/**
 * Changes a bot's definition and hands the whole of it to the worker, in one transaction. The bot's row is locked first, so that changes of one
 * bot queue and a higher revision is always the later one. `change` is told the new one, and how the actor stands to the bot now. `asked`:
 * what they must be allowed, also when it is their turn. `first`: what is to be locked before the bot (locks.ts).
 */
export async function redefine(
  actor: Actor,
  { botId, asked }: { botId: string; asked: readonly BotPermission[] },
  change: (db: Transaction, revision: number, standing: Standing) => Promise<Change>,
  first: (db: Transaction) => Promise<void> = async () => {},
): Promise<void> {
  let handed = false;
  let taken = false;
  try {
    await transaction(async (db) => {
      await first(db);
      await lockBots(db, [botId]);
      await assertStill(db, actor);
      const standing = await assertMayAll(actor, asked, botId, db);
      const { revision } = await db.bot.update({
        where: { id: botId },
        data: { revision: { increment: 1 } },
        select: { revision: true },
      });
      assertUnchanged(revision - 1);
      await audit(db, actor, { ...(await change(db, revision, standing)), botId });
      handed = true;
      await hand(db, botId);
      taken = true;
    });
  } catch (error) {
    if (taken || (handed && !isRefusal(error))) settle(botId);
    throw error;
  }
}

/** A bot as the actor sees it, without asking whether they may. */
export async function view(actor: Actor, botId: string): Promise<BotView> {
  const row = await database().bot.findUnique({ where: { id: botId }, select: viewColumns(actor) });
  if (!row) throw new AppError("not_found", { what: "bot" });
  const live = await presentOf([botId]);
  return viewOf(actor, row, live?.[botId]);
}

/** The present of bots, or null while the worker is away: never yesterday's state. */
export async function presentOf(botIds: string[]): Promise<Record<string, BotLive> | null> {
  try {
    return (await workerOf().ask("bots.live", { botIds })).live;
  } catch (error) {
    if (error instanceof AppError && error.code === "worker_away") return null;
    throw error;
  }
}

/** The columns that `viewOf` needs. */
export const viewColumns = (actor: Actor) => ({
  ...standingColumns(actor),
  name: true as const,
  nameKey: true as const,
  runtime: true as const,
  entry: true as const,
  source: true as const,
  settings: true as const,
  tokenOptional: true as const,
  trusted: true as const,
  panelReach: true as const,
  createdAt: true as const,
  updatedAt: true as const,
  owner: { select: { id: true as const, name: true as const } },
  env: { where: { key: TOKEN_KEY }, select: { key: true as const } },
});

type Row = Awaited<ReturnType<typeof readRow>>;
const readRow = (db: Transaction, actor: Actor) => db.bot.findFirstOrThrow({ select: viewColumns(actor) });

/** A bot's row as the actor sees it; `standing`: how they stand to it, where that is known already. */
export function viewOf(
  actor: Actor,
  row: Row,
  live: BotLive | undefined,
  { permissions, hiddenPaths }: Pick<Standing, "permissions" | "hiddenPaths"> = standingOf(actor, row),
): BotView {
  const seesAll = permissions.includes("member:read");
  return {
    id: row.id,
    name: row.name,
    runtime: runtimeName.parse(row.runtime),
    entry: row.entry,
    source: botSource.parse(row.source),
    settings: botSettings.parse(row.settings),
    owner: row.owner,
    nodeId: row.nodeId,
    hasToken: row.env.length > 0,
    tokenOptional: row.tokenOptional,
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
    trusted: row.trusted,
    panelReach: panelReach.parse(row.panelReach),
    tags: row.tags
      .filter(({ tag }) => seesAll || tag.ownerId === actor.userId || tag.grants.length > 0)
      .map(({ tag: { id, name } }) => ({ id, name })),
    permissions,
    hidesPaths: hiddenPaths.length > 0,
    live: live ?? null,
  };
}

/** Lets a bot run where it cannot be isolated, and from a folder of this server, or forbids it; counts from its next start on. Admins only. */
export async function trustBot(actor: Actor, botId: string, trusted: boolean): Promise<BotView> {
  assertAdmin(actor);
  await assertMay(actor, "settings:update", botId);
  await redefine(actor, { botId, asked: ["settings:update"] }, async (db) => {
    await db.bot.update({ where: { id: botId }, data: { trusted } });
    return { action: "bot.trust", detail: { trusted } };
  });
  return view(actor, botId);
}
