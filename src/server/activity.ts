import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { activityView } from "#contracts/api/bots";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { detailShown } from "./audit-log/shown";

type Page = { entries: z.infer<typeof activityView>[]; next: string | null };

/** Who did what with a bot, newest first; read on with `before: next`. */
export async function listActivity(
  actor: Actor,
  { botId, before, limit }: { botId: string; before?: string; limit: number },
): Promise<Page> {
  await assertMay(actor, "activity:read", botId);
  if (before !== undefined && !/^\d{1,18}$/.test(before)) throw new AppError("bad_input", { detail: "before" });
  const rows = await database().auditEntry.findMany({
    where: { botId, ...(before !== undefined && { id: { lt: BigInt(before) } }) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const entries = rows.slice(0, limit).map((row) => ({
    id: String(row.id),
    at: row.at.getTime(),
    actor: row.actorName,
    actorKind: row.actorKind,
    address: row.address,
    via: row.via,
    action: row.action,
    detail: detailShown(row.detail),
  }));
  return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}
