import { database, type Transaction } from "#prisma/db";

export type Person = {
  id: string;
  name: string;
  email: string;
  discordId: string | null;
  role: "admin" | "user";
  tokenVersion: number;
  disabledAt: Date | null;
};

/**
 * A person by their e-mail, or by their name where only one is called so. Case does not count. What may be an e-mail is never taken for a
 * name: anybody may call themselves by somebody else's.
 */
export async function personNamed(login: string, db: Transaction = database()): Promise<Person | null> {
  const key = login.trim().toLowerCase();
  if (key.includes("@")) return db.user.findUnique({ where: { email: key } });
  const found = await db.$queryRaw<{ id: string }[]>`SELECT "id" FROM "User" WHERE lower("name") = ${key} LIMIT 2`;
  const [one, another] = found;
  return one && !another ? db.user.findUnique({ where: { id: one.id } }) : null;
}
