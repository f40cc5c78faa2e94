import { createHash } from "node:crypto";
import { AppError } from "#contracts/errors";
import { placeOf } from "#contracts/place";
import { database, Prisma } from "#prisma/db";

const MINUTE = 60_000;

/**
 * How guessing passwords is slowed, so that a stranger can lock out neither everybody nor one person. Tries count before
 * the password is looked at, so a hundred at once are a hundred. A try that succeeds is taken back.
 *
 * - pair: one account from one address. 5 tries, then a pause of 30 s that doubles up to 15 min. Only that address waits.
 * - address: all accounts from one address (an IPv6 /64 is one). 30 tries in 15 min, then a pause of 1 min, doubling likewise.
 * - account: one account from everywhere never blocks. Past 50 tries within an hour it is under attack from many
 *   addresses; then an address gets one try at it, and pauses 15 min. Its owner, from an address that did not fail
 *   before, still signs in at once with the right password.
 *
 * - code: six digits of one account's second factor, from everywhere: 10 wrong ones, then a pause of 30 s that doubles up to 15 min. It
 *   is asked only of who knows the password. The owner's passkey and recovery codes are not held up by it, as these cannot be guessed:
 *   a recovery code counts only against the address it comes from.
 * - begin: things begun without signing in that leave a row behind, from one address.
 *
 * What it leaves: whoever shares the owner's address can make that address wait, at most 15 min at a time. Behind a
 * proxy that is not in BOTYARD_TRUSTED_PROXIES everybody shares one address, hence that variable.
 */
export const rules = {
  pair: { tries: 5, pauseMs: 30_000, longestMs: 15 * MINUTE, forgetMs: 30 * MINUTE },
  underAttack: { tries: 1, pauseMs: 15 * MINUTE, longestMs: 15 * MINUTE, forgetMs: 30 * MINUTE },
  address: { tries: 30, pauseMs: MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
  account: { tries: 50, pauseMs: 0, longestMs: 0, forgetMs: 60 * MINUTE },
  code: { tries: 10, pauseMs: 30_000, longestMs: 15 * MINUTE, forgetMs: 60 * MINUTE },
  recovery: { tries: 5, pauseMs: 30_000, longestMs: 15 * MINUTE, forgetMs: 30 * MINUTE },
  begin: { tries: 60, pauseMs: MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
  reset: { tries: 10, pauseMs: MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
  setup: { tries: 10, pauseMs: MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
  invite: { tries: 20, pauseMs: MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
  device: { tries: 20, pauseMs: MINUTE, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE },
} as const;
/** After this nothing counts any more, ms: later than what every rule forgets and pauses. */
export const FORGOTTEN_MS = 24 * 60 * MINUTE;
type Rule = (typeof rules)[keyof typeof rules];

/** Counts a try at an account. AppError too_many_tries; otherwise what to call when it succeeded. */
export async function countSignIn(email: string, address: string): Promise<() => Promise<void>> {
  const account = createHash("sha256").update(email).digest("hex");
  const place = placeOf(address);
  const keys = { pair: `pair:${account}:${place}`, address: `address:${place}`, account: `account:${account}` };
  await count(keys.address, rules.address);
  const all = await count(keys.account, rules.account);
  await count(keys.pair, all > rules.account.tries ? rules.underAttack : rules.pair).catch(async (error: unknown) => {
    // A try that has to wait is none at the account: else one address, trying on, would put it under attack from many.
    await takeBack([keys.account]);
    throw error;
  });
  return async () => {
    await forget(keys.pair);
    await takeBack([keys.address, keys.account]);
  };
}

/** Counts six digits that are shown as somebody's second factor. AppError too_many_tries; otherwise what to call when they were right. */
export async function countCode(userId: string, address: string): Promise<() => Promise<void>> {
  const keys = { code: `code:${userId}`, address: `address:${placeOf(address)}` };
  await count(keys.address, rules.address);
  await count(keys.code, rules.code);
  return async () => {
    await forget(keys.code);
    await takeBack([keys.address]);
  };
}

/** As `countCode`, for a recovery code. */
export async function countRecovery(userId: string, address: string): Promise<() => Promise<void>> {
  const key = `recovery:${userId}:${placeOf(address)}`;
  await count(key, rules.recovery);
  return () => forget(key);
}

/** Counts something that anybody may begin, from one address. AppError too_many_tries. */
export const countBegin = async (address: string): Promise<void> => {
  await count(`begin:${placeOf(address)}`, rules.begin);
};

/** Counts a try at the link that sets a new password, from one address. */
export async function countReset(address: string): Promise<() => Promise<void>> {
  const key = `reset:${placeOf(address)}`;
  await count(key, rules.reset);
  return () => forget(key);
}

/** Counts a try at the setup link from one address. */
export async function countSetup(address: string): Promise<() => Promise<void>> {
  const key = `setup:${placeOf(address)}`;
  await count(key, rules.setup);
  return () => forget(key);
}

/** Counts a wrong code of an invite, or an account that is to be made with a right one, from one address. */
export async function countInvite(address: string): Promise<() => Promise<void>> {
  const key = `invite:${placeOf(address)}`;
  await count(key, rules.invite);
  return () => forget(key);
}

/** Counts a program that asks to be signed in, by its address: each leaves a row. */
export async function countDevice(address: string): Promise<void> {
  await count(`device:${placeOf(address)}`, rules.device);
}

// One statement, so that tries at the same moment queue at the row: whoever finds it blocked gets no row back. The try
// that reaches the limit is still made; the pause is for the next.
async function count(key: string, rule: Rule, now = new Date()): Promise<number> {
  const since = new Date(now.getTime() - rule.forgetMs);
  const next = Prisma.sql`(CASE WHEN t."firstAt" < ${since}::timestamptz THEN 1 ELSE t."failures" + 1 END)`;
  const [row] = await database().$queryRaw<{ failures: number }[]>`
    INSERT INTO "SignInThrottle" AS t ("key", "failures", "firstAt", "blockedUntil")
    VALUES (${key}, 1, ${now}::timestamptz, ${pauseAfter(rule, Prisma.sql`1`, now)})
    ON CONFLICT ("key") DO UPDATE SET
      "failures" = ${next},
      "firstAt" = CASE WHEN t."firstAt" < ${since}::timestamptz THEN ${now}::timestamptz ELSE t."firstAt" END,
      "blockedUntil" = ${pauseAfter(rule, next, now)}
    WHERE t."blockedUntil" IS NULL OR t."blockedUntil" <= ${now}::timestamptz
    RETURNING "failures"`;
  if (!row) throw await refusal(key, now);
  return row.failures;
}

function pauseAfter(rule: Rule, failures: Prisma.Sql, now: Date): Prisma.Sql {
  if (rule.pauseMs === 0) return Prisma.sql`NULL::timestamptz`;
  const doubled = Prisma.sql`${rule.pauseMs}::float8 * power(2, LEAST(${failures} - ${rule.tries}::int, 16))`;
  return Prisma.sql`CASE WHEN ${failures} >= ${rule.tries}::int
    THEN ${now}::timestamptz + LEAST(${doubled}, ${rule.longestMs}::float8) * interval '1 millisecond' END`;
}

async function refusal(key: string, now: Date): Promise<AppError> {
  const row = await database().signInThrottle.findUnique({ where: { key }, select: { blockedUntil: true } });
  const left = (row?.blockedUntil?.getTime() ?? 0) - now.getTime();
  return new AppError("too_many_tries", { seconds: Math.max(1, Math.ceil(left / 1000)) });
}

async function forget(key: string): Promise<void> {
  await database().signInThrottle.deleteMany({ where: { key } });
}

async function takeBack(keys: string[]): Promise<void> {
  await database().signInThrottle.updateMany({
    where: { key: { in: keys }, failures: { gt: 0 } },
    data: { failures: { decrement: 1 }, blockedUntil: null },
  });
}
