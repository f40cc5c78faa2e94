import { AppError } from "#contracts/errors";
import type { UserView } from "#contracts/people";
import { database, type Prisma } from "#prisma/db";
import { boundsOf, limitsIn, panelLimits, usageOf } from "../limits";

const columns = {
  id: true,
  name: true,
  email: true,
  role: true,
  createdAt: true,
  disabledAt: true,
  limits: true,
  totpSince: true,
  keys: { where: { botId: null }, select: { lastUsedAt: true } },
  sessions: { orderBy: { lastSeenAt: "desc" }, take: 1, select: { lastSeenAt: true } },
} as const satisfies Prisma.UserSelect;

/** Accounts as admins see them, by name. */
export async function viewUsers(where: Prisma.UserWhereInput, { take }: { take?: number } = {}): Promise<UserView[]> {
  const db = database();
  const rows = await db.user.findMany({ where, select: columns, orderBy: [{ name: "asc" }, { id: "asc" }], take });
  const ids = rows.map(({ id }) => id);
  const [panel, usage] = await Promise.all([panelLimits(db), usageOf(db, ids)]);
  return rows.map(({ keys, sessions, totpSince, limits, createdAt, disabledAt, ...row }) => {
    const { bots = 0, memoryMb = 0, diskMb = 0 } = usage.get(row.id) ?? {};
    const seen = [...keys.map(({ lastUsedAt }) => lastUsedAt), sessions[0]?.lastSeenAt].map((at) => at?.getTime() ?? 0);
    return {
      ...row,
      createdAt: createdAt.getTime(),
      disabledAt: disabledAt?.getTime() ?? null,
      lastSeenAt: Math.max(0, ...seen) || null,
      limits: limitsIn(limits),
      bounds: boundsOf({ role: row.role, limits }, panel),
      usage: { bots, memoryMb, diskMb },
      twoFactor: totpSince !== null,
      keys: keys.length,
    };
  });
}

/** One of them. AppError not_found. */
export async function viewUser(userId: string): Promise<UserView> {
  const [one] = await viewUsers({ id: userId });
  if (!one) throw new AppError("not_found", { what: "account" });
  return one;
}
