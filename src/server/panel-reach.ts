import type { Actor, BotPermission, KeyScope } from "#contracts/access";
import type { BotView } from "#contracts/api/bots";
import { PANEL_TOKEN, type PanelReach } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { assertMayAll } from "./access";
import { accessChanged } from "./access-changed";
import { redefine, view } from "./bots";
import { hashKey, newToken } from "./key-use";
import { seal } from "./seal";

/** What a bot may do with those it reaches: look, and start them again. */
const permissions: BotPermission[] = ["bot:view", "metrics:read", "presence:read", "power:restart"];

/**
 * Lets a bot ask the panel, or not any more. Nobody gives it what they lack; its owner's other bots are its owner's to give, and an admin's.
 * AppError key_beyond: whoever writes the bot's code gets at its key, which would outlive the key that had it made.
 */
export async function setPanelReach(actor: Actor, botId: string, reach: PanelReach): Promise<BotView> {
  const asked: BotPermission[] = reach === "none" ? ["settings:update"] : ["settings:update", ...permissions];
  await assertMayAll(actor, asked, botId);
  if (reach !== "none" && actor.keyId !== undefined) throw new AppError("key_beyond");
  let ownerId = "";
  await redefine(actor, { botId, asked }, async (db, _revision, standing) => {
    // As it is now: it may have been given away while somebody waited.
    ownerId = standing.ownerId;
    const isOwner = actor.role === "admin" || actor.userId === ownerId;
    if (reach === "siblings" && (!isOwner || Array.isArray(actor.scope?.bots)))
      throw new AppError("not_allowed", { permission: "admin" });
    await db.apiKey.deleteMany({ where: { botId } });
    const panelToken = reach === "none" ? null : await newKey(db, { botId, userId: ownerId, reach });
    await db.bot.update({ where: { id: botId }, data: { panelReach: reach, panelToken } });
    return { action: "bot.panelReach", detail: { reach } };
  });
  await accessChanged(ownerId);
  return view(actor, botId);
}

/** A key of the owner's that only this bot knows, sealed for it. */
async function newKey(
  db: Transaction,
  { botId, userId, reach }: { botId: string; userId: string; reach: Exclude<PanelReach, "none"> },
): Promise<string> {
  const token = newToken();
  const scope: KeyScope = { permissions, bots: reach === "itself" ? [botId] : "own" };
  await db.apiKey.create({ data: { userId, botId, name: "", hash: hashKey(token), scope } });
  return seal(botId, PANEL_TOKEN, token);
}
