import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { activityView } from "#contracts/api/bots";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { entriesSeen } from "./audit-log/seen";
import { detailShown } from "./audit-log/shown";
import { valuesSeen } from "./audit-log/values";
import { numberOf, pageOf } from "./page-of";

type Page = { entries: z.infer<typeof activityView>[]; next: string | null };

/** Who did what with a bot, newest first, as much of it as the actor may see; read on with `cursor: next`. */
export async function listActivity(
  actor: Actor,
  { botId, cursor, limit }: { botId: string; cursor?: string | undefined; limit: number },
): Promise<Page> {
  const { hiddenPaths, permissions } = await assertMay(actor, "activity:read", botId);
  const [seen, told] = [entriesSeen(hiddenPaths), valuesSeen(permissions)];
  const before = numberOf(cursor);
  const rows = await database().auditEntry.findMany({
    where: { botId, ...(before !== undefined && { id: { lt: before } }) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const { page, next } = pageOf(rows, limit, ({ id }) => String(id));
  const entries = page.map((row) => ({
    id: String(row.id),
    at: row.at.getTime(),
    actor: row.actorName,
    actorKind: row.actorKind,
    address: row.address,
    via: row.via,
    action: row.action,
    detail: told(row.action, seen(detailShown(row.detail))),
  }));
  return { entries, next };
}
