import type { z } from "zod";
import { type Actor, inScope } from "#contracts/access";
import type { BotView, bots as operations } from "#contracts/api/bots";
import { botSettings, looksSecret, TOKEN_KEY } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { botDeploy } from "#contracts/git";
import type { ImportKeep, ImportView } from "#contracts/import";
import { database, isTaken, type Transaction } from "#prisma/db";
import { assertAdmin, assertMayCreate } from "./access";
import { audit, auditAround } from "./audit";
import { nameKey, view } from "./bots";
import { assertFits, definitionOf, type GivenVariable, newBotId, stored } from "./definition";
import { isRefusal } from "./failure";
import { inTurn } from "./in-turn";
import { assertRoomForBot, keepLimits, withinShare } from "./limits";
import { lockBirth, lockOwners } from "./locks";
import { settle } from "./settle";
import { inLine } from "./transaction";
import { workerOf } from "./worker";

type Given = z.output<NonNullable<(typeof operations.create)["~orpc"]["inputSchema"]>>;
type Ready = Extract<ImportView["status"], { state: "ready" }>;

/**
 * Makes a bot of a ready import: rows, audit and the worker's copy, all or nothing. With `start` it is also started; if
 * that is refused the bot is there all the same, and its state says why.
 */
export async function createBot(actor: Actor, given: Given): Promise<BotView> {
  const ownerId = assertMayCreate(actor);
  if (given.start && !inScope(actor, "power:start")) throw new AppError("not_allowed", { permission: "power:start" });
  const worker = workerOf();
  const { status, keep } = await worker.ask("imports.get", { owner: ownerId, importId: given.importId });
  if (status.state !== "ready") throw new AppError("import_not_ready");
  if (status.source.kind === "folder") assertAdmin(actor);
  assertFits(given.runtime, given.entry, status.detection.entries);

  // What git is let in with was sealed for the id that this bot was to have.
  const botId = keep?.botId ?? newBotId();
  const env = variablesOf(given).map((variable) => stored(botId, variable));
  const handed = { asked: false, done: false };
  const make = () =>
    inLine(async (db) => {
      await lockOwners(db, [ownerId]);
      await lockBirth(db, botId);
      await keepLimits(db, ownerId, () => insert(db, { botId, ownerId, given, ready: status, keep }));
      await db.envVar.createMany({ data: env.map((variable) => ({ botId, ...variable })) });
      const detail = { name: given.name, source: status.source.kind };
      await audit(db, actor, { action: "bot.create", botId, detail });
      const definition = await definitionOf(db, botId);
      handed.asked = true;
      await worker.ask("bots.put", { definition, importId: given.importId });
      handed.done = true;
    });
  try {
    await inTurn(ownerId, async () => {
      await assertRoomForBot(ownerId);
      await make();
    });
  } catch (error) {
    // The worker has it, or may, and the rows may be there or not: a bot that nobody sees would be left behind.
    if (handed.done || (handed.asked && !isRefusal(error))) settle(botId, "made");
    throw isTaken(error) ? new AppError("bot_name_taken", { name: given.name }) : error;
  }
  if (given.start) await startNew(actor, botId);
  return view(actor, botId);
}

type Inserting = { botId: string; ownerId: string; given: Given; ready: Ready; keep?: ImportKeep };

async function insert(db: Transaction, { botId, ownerId, given, ready, keep }: Inserting): Promise<void> {
  const owner = await db.user.findUnique({ where: { id: ownerId }, select: { role: true } });
  // Deleted since they asked.
  if (!owner) throw new AppError("not_signed_in");
  const node = await db.node.findFirst({ orderBy: { lastSeenAt: "desc" }, select: { id: true } });
  // The worker answers but has not written its row yet: it does so as soon as it reaches the database.
  if (!node) throw new AppError("worker_away");
  const { source, detection } = ready;
  const asked = given.settings ?? botSettings.parse({ ready: { line: detection.readyLine ?? "" } });
  const settings = await withinShare(db, ownerId, asked);
  await db.bot.create({
    data: {
      id: botId,
      nodeId: node.id,
      ownerId,
      name: given.name,
      nameKey: nameKey(given.name),
      runtime: given.runtime,
      entry: given.entry,
      source,
      ...(keep && { deploy: botDeploy.parse({ credentials: keep.credentials }) }),
      settings,
      tokenOptional: given.tokenOptional ?? detection.tokenOptional,
      // Whoever may do everything on this machine may also run code of theirs that is kept apart from nothing.
      trusted: owner.role === "admin",
    },
  });
}

// The later of two with one name counts, and `token` over a variable of its name.
function variablesOf({ env, token }: Given): GivenVariable[] {
  const all = new Map(env.map((one) => [one.key, { ...one, secret: one.secret || looksSecret(one.key) }]));
  if (token?.trim()) all.set(TOKEN_KEY, { key: TOKEN_KEY, value: token, secret: true });
  return [...all.values()];
}

async function startNew(actor: Actor, botId: string): Promise<void> {
  try {
    await auditAround(database(), actor, { action: "bot.start", botId }, () =>
      workerOf().ask("bots.command", { botId, command: "start" }),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
