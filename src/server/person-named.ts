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

/** A person by their e-mail, or by their name where only one is called so. Case does not count. */
export async function personNamed(login: string, db: Transaction = database()): Promise<Person | null> {
  const key = login.trim().toLowerCase();
  const found = await db.$queryRaw<{ id: string; email: string }[]>`
    SELECT "id", "email" FROM "User" WHERE "email" = ${key} OR lower("name") = ${key} ORDER BY "email" = ${key} DESC LIMIT 3`;
  const [first, second] = found;
  const one = first?.email === key || !second ? first : undefined;
  return one ? db.user.findUnique({ where: { id: one.id } }) : null;
}
