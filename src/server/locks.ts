import { Prisma, type Transaction } from "#prisma/db";

/*
 * Whom a transaction makes wait until it ends. Two that lock the same things in opposite order wait for each other, and one of them is
 * thrown out by Postgres; so each locks in this order, leaving out what it does not need, and never goes back:
 *
 *   1. all accounts     who changes an account as an admin
 *   2. owners, by id    who makes bots of theirs, changes what their limits are about, or gives their bots away
 *   3. tags, by id      who changes what a tag is, which bots have it, or who comes in by it
 *   4. bots to be       who makes the row of a bot, or looks whether somebody does
 *   5. bots, by id      who changes a bot's row, or who may do what with it
 *   6. people           who changes what belongs to one person alone: keys, passkeys, ways in, the account itself
 *
 * Rows that hang on one of these (grants, invites, variables, sessions) are written behind its lock. The worker is asked last. Who waited at one
 * is asked behind it whether they still are who they were (assertStill in access.ts), and may still do it.
 */

/** Of two admins who change accounts the second sees what the first did. */
export async function lockAccounts(db: Transaction): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('botyard.accounts'))`;
}

/** Lets whoever else makes or changes bots of these owners wait until the transaction ends. */
export async function lockOwners(db: Transaction, ownerIds: readonly string[]): Promise<void> {
  for (const ownerId of [...new Set(ownerIds)].sort())
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('botyard.limits'), hashtext(${ownerId}))`;
}

/** Which bots a tag is on, and who is let in to them by it, stays as it is until the transaction ends. */
export async function lockTags(db: Transaction, tagIds: readonly string[]): Promise<void> {
  if (tagIds.length === 0) return;
  await db.$queryRaw`SELECT 1 FROM "Tag" WHERE "id" IN (${Prisma.join([...tagIds])}) ORDER BY "id" FOR NO KEY UPDATE`;
}

/** Until the transaction ends nobody else makes a row of this id: whoever waited here knows whether there is one, and will be one. */
export async function lockBirth(db: Transaction, botId: string): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('botyard.birth'), hashtext(${botId}))`;
}

/** As `lockBirth`, where nobody is waited for: false when somebody makes it in this moment. */
export async function tryLockBirth(db: Transaction, botId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ free: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtext('botyard.birth'), hashtext(${botId})) AS free`;
  return row?.free === true;
}

/** Nobody else changes these bots, nor who may do what with them, until the transaction ends. */
export async function lockBots(db: Transaction, botIds: readonly string[]): Promise<void> {
  if (botIds.length === 0) return;
  await db.$queryRaw`SELECT 1 FROM "Bot" WHERE "id" IN (${Prisma.join([...botIds])}) ORDER BY "id" FOR NO KEY UPDATE`;
}

/** Has everybody else who changes what belongs to this person wait until the transaction ends. */
export async function lockPerson(db: Transaction, userId: string): Promise<void> {
  await db.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${userId} FOR UPDATE`;
}
