import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { security } from "#contracts/api/sign-in";
import { database } from "#prisma/db";
import { assertAccount } from "./access";
import { env } from "./env";

type Security = z.infer<NonNullable<(typeof security)["~orpc"]["outputSchema"]>>;

/** What signs the actor in. */
export async function readSecurity(actor: Actor): Promise<Security> {
  const user = await database().user.findUniqueOrThrow({
    where: { id: assertAccount(actor) },
    select: {
      passwordHash: true,
      totpSince: true,
      discordName: true,
      _count: { select: { recovery: { where: { usedAt: null } } } },
    },
  });
  return {
    hasPassword: user.passwordHash !== null,
    twoFactor: user.totpSince && { since: user.totpSince.getTime(), recoveryLeft: user._count.recovery },
    discord: { available: env().discord !== null, linked: user.discordName },
  };
}
