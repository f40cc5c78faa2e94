import { z } from "zod";
import { DEVICE, deviceReach } from "#contracts/api/device";
import { sessionView } from "#contracts/api/sign-in";
import { database, type Transaction } from "#prisma/db";
import { hashCode, newCode } from "./codes";

const MINUTE = 60_000;

/** What waits for its second half, how long, and what is remembered of its first. Whoever begins it gets a code; the table has its hash. */
const kinds = {
  /** The password was right, a code of the second factor is asked for. Opens nothing by itself. */
  secondFactor: { livesMs: 5 * MINUTE, data: z.object({ via: sessionView.shape.via, tokenVersion: z.number().int() }) },
  passkeyAdd: { livesMs: 5 * MINUTE, data: z.object({ challenge: z.string(), name: z.string() }) },
  passkeySignIn: { livesMs: 5 * MINUTE, data: z.object({ challenge: z.string() }) },
  /** Somebody went to Discord for something other than signing in; `to`: the page that they come back to. */
  discord: { livesMs: 15 * MINUTE, data: z.object({ purpose: z.enum(["link", "prove"]), to: z.string() }) },
  /** Discord said who they are, and they have no account yet. */
  discordProven: { livesMs: 30 * MINUTE, data: z.object({ id: z.string(), name: z.string() }) },
  /** A program asks to be signed in; `allowed` once somebody, whose key it will be, has said so. */
  device: {
    livesMs: DEVICE.livesMs,
    data: z.object({
      userCode: z.string(),
      name: z.string(),
      address: z.string(),
      /** Whose flood it would be; see makeRoom in device.ts. */
      place: z.string().default(""),
      begunAt: z.number(),
      allowed: z.object({ reach: deviceReach }).optional(),
    }),
  },
  passwordReset: { livesMs: 15 * MINUTE, data: z.object({ disableTwoFactor: z.boolean() }) },
} as const;
type Kind = keyof typeof kinds;
type Data<K extends Kind> = z.infer<(typeof kinds)[K]["data"]>;

/** What of a kind is remembered in a row. */
export const dataOf = <K extends Kind>(kind: K, stored: unknown): Data<K> =>
  // The table gives a union of schemas for a kind that is only known as a type.
  kinds[kind].data.parse(stored) as Data<K>;

/** What was begun. */
export type Begun<K extends Kind> = { userId: string | null; data: Data<K> };

/** How long something of a kind waits, seconds. */
export const livesFor = (kind: Kind): number => kinds[kind].livesMs / 1000;

/** Remembers a first half. Returns the code that its second half has to bring. */
export async function begin<K extends Kind>(
  db: Transaction,
  kind: K,
  begun: { userId?: string; data: Data<K> },
): Promise<string> {
  const code = newCode();
  const expiresAt = new Date(Date.now() + kinds[kind].livesMs);
  await db.pending.create({ data: { id: hashCode(code), kind, userId: begun.userId, data: begun.data, expiresAt } });
  return code;
}

/** What a code belongs to, while it waits. */
export async function look<K extends Kind>(
  kind: K,
  code: string,
  db: Transaction = database(),
): Promise<Begun<K> | null> {
  const where = { id: hashCode(code), kind, expiresAt: { gt: new Date() } };
  const row = await db.pending.findFirst({ where });
  return row && { userId: row.userId, data: dataOf(kind, row.data) };
}

/** As `look`, and ends it: of many who bring one code at once, one gets it. */
export async function take<K extends Kind>(db: Transaction, kind: K, code: string): Promise<Begun<K> | null> {
  const found = await look(kind, code, db);
  const { count } = await db.pending.deleteMany({ where: { id: hashCode(code), kind } });
  return count === 1 ? found : null;
}
