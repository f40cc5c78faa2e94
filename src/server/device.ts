import { randomInt } from "node:crypto";
import type { z } from "zod";
import { type Actor, botPermissions, type KeyScope } from "#contracts/access";
import { DEVICE, type device as operations } from "#contracts/api/device";
import { AppError } from "#contracts/errors";
import { placeOf } from "#contracts/place";
import { database, type Transaction } from "#prisma/db";
import { assertAccount } from "./access";
import { audit } from "./audit";
import { assertWelcome } from "./bans";
import { confirmOwner } from "./confirm";
import { addKey } from "./keys";
import { begin, dataOf, look, take } from "./pending";
import { countDevice } from "./throttle";

type Begun = z.output<NonNullable<(typeof operations.begin)["~orpc"]["outputSchema"]>>;
type Answer = z.output<NonNullable<(typeof operations.token)["~orpc"]["outputSchema"]>>;

const KIND = "device";
/** How long a key made so is good for, days. */
const KEY_DAYS = 90;
/** Programs that may wait at once for somebody to allow them. */
export const MOST = 1_000;

const alphabet = "BCDFGHJKLMNPQRSTVWXZ";
const newUserCode = () => Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join("");

/** Writes down that a program asks. AppError too_many_tries, banned. */
export async function beginDevice(name: string, address: string): Promise<Begun> {
  await assertWelcome({ address });
  await countDevice(address);
  const [userCode, begunAt] = [newUserCode(), Date.now()];
  const data = { userCode, name, address, place: widePlaceOf(address), begunAt };
  const deviceCode = await begin(database(), KIND, { data });
  await makeRoom(database());
  return {
    deviceCode,
    userCode: `${userCode.slice(0, 4)}-${userCode.slice(4)}`,
    page: "/device",
    expiresAt: begunAt + DEVICE.livesMs,
    askEveryMs: DEVICE.askEveryMs,
  };
}

/** What asks under a code that somebody typed. AppError device_code_unknown. */
export async function getDevice(
  actor: Actor,
  userCode: string,
): Promise<{ name: string; address: string; at: number }> {
  assertAccount(actor);
  const { name, address, begunAt } = (await find(database(), userCode)).data;
  return { name, address, at: begunAt };
}

type Decision = { userCode: string; allow: boolean; reach: "everything" | "look"; password?: string };

/** Allows or refuses it. Only a person decides, and one that allows it makes a key, see confirmOwner. AppError device_code_unknown. */
export async function decideDevice(actor: Actor, { userCode, allow, reach, password }: Decision): Promise<void> {
  const userId = assertAccount(actor);
  if (actor.kind !== "person") throw new AppError("not_allowed", { permission: "account" });
  if (allow) await confirmOwner(actor, password);
  await database().$transaction(async (db) => {
    const { id, data } = await find(db, userCode);
    const { name, address } = data;
    const waiting = { id, userId: null };
    const { count } = allow
      ? await db.pending.updateMany({ where: waiting, data: { userId, data: { ...data, allowed: { reach } } } })
      : await db.pending.deleteMany({ where: waiting });
    // Somebody else decided at the same moment.
    if (count === 0) throw new AppError("device_code_unknown");
    await audit(db, actor, {
      action: allow ? "device.allow" : "device.refuse",
      detail: { name, from: address, reach },
    });
  });
}

/**
 * The key for who holds the device code; made when it is fetched, so that it never lies in the database. AppError device_code_unknown, also
 * when whoever allowed it may not sign in themselves by now; banned.
 */
export async function fetchDeviceToken(deviceCode: string, address: string): Promise<Answer> {
  const asked = await look(KIND, deviceCode);
  if (!asked) throw new AppError("device_code_unknown");
  const { allowed, name } = asked.data;
  if (!allowed || asked.userId === null) return { state: "waiting" };
  const { userId } = asked;
  return database().$transaction(async (db) => {
    // Of two that ask at once, one gets it.
    if (!(await take(db, KIND, deviceCode))) throw new AppError("device_code_unknown");
    const user = await db.user.findUnique({ where: { id: userId, disabledAt: null } });
    if (!user) throw new AppError("device_code_unknown");
    await assertWelcome({ address, ...user });
    const scope = allowed.reach === "look" ? lookOnly : null;
    const expiresAt = new Date(Date.now() + KEY_DAYS * 86_400_000);
    const { token } = await addKey(db, userId, { name, scope, addresses: [], expiresAt });
    return { state: "allowed", token, name };
  });
}

const lookOnly: KeyScope = {
  permissions: botPermissions.filter((name) => name === "file:list" || /:(view|read)$/.test(name)),
  bots: "all",
};

/** As wide a network as somebody is usually given: who has many addresses is still one. */
const widePlaceOf = (address: string): string => placeOf(address).split(":").slice(0, 3).join(":");

/**
 * Where too many wait, those of whoever has the most give way, their oldest first: a flood pushes out itself, and hardly anybody else. What
 * somebody allowed already waits for nobody but its program.
 */
async function makeRoom(db: Transaction): Promise<void> {
  const now = new Date();
  const waiting = { kind: KIND, userId: null, expiresAt: { gt: now } };
  const tooMany = (await db.pending.count({ where: waiting })) - MOST;
  if (tooMany <= 0) return;
  await db.$executeRaw`
    DELETE FROM "Pending" WHERE "id" IN (
      SELECT "id" FROM "Pending" WHERE "kind" = ${KIND} AND "userId" IS NULL AND "expiresAt" > ${now}
      ORDER BY row_number() OVER (PARTITION BY "data"->>'place' ORDER BY "expiresAt" DESC, "id") DESC, "expiresAt", "id"
      LIMIT ${tooMany})`;
}

async function find(db: Transaction, userCode: string) {
  const row = await db.pending.findFirst({
    where: { kind: KIND, userId: null, expiresAt: { gt: new Date() }, data: { path: ["userCode"], equals: userCode } },
  });
  if (!row) throw new AppError("device_code_unknown");
  return { id: row.id, data: dataOf(KIND, row.data) };
}
