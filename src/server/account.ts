import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { me } from "#contracts/api/panel";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { personOf } from "./access";

export type Me = z.infer<typeof me>;

/** The person who asks; for the key file of this machine, the first admin. */
export async function readMe(actor: Actor): Promise<Me> {
  const user = await database().user.findUnique({ where: { id: personOf(actor) } });
  if (!user) throw new AppError("not_signed_in");
  return { id: user.id, name: user.name, email: user.email, role: user.role };
}

/** As a request is told: a bot is code of others, to whom its owner's e-mail is not to be given. */
export async function whoAsks(actor: Actor): Promise<Omit<Me, "email"> & { email: string | null }> {
  const one = await readMe(actor);
  return actor.kind === "bot" ? { ...one, email: null } : one;
}
