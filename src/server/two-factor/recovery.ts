import { createHash, randomBytes } from "node:crypto";
import type { Transaction } from "#prisma/db";

const CODES = 10;
/** Without what is mistaken for another: no I, L, O and U (Crockford's base32). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 80 random bits as four groups of four. */
function newCode(): string {
  const letters = [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

const hashOf = (code: string): string => createHash("sha256").update(plain(code)).digest("hex");
const plain = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, "");

/** Makes a person's recovery codes anew; those before are worth nothing then. They are in this answer and nowhere else. */
export async function makeCodes(db: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode);
  await db.recoveryCode.deleteMany({ where: { userId } });
  await db.recoveryCode.createMany({ data: codes.map((code) => ({ userId, hash: hashOf(code) })) });
  return codes;
}

/** Uses up one of a person's codes; false when it is none of theirs, or was used. */
export async function takeCode(db: Transaction, userId: string, code: string): Promise<boolean> {
  const where = { hash: hashOf(code), userId, usedAt: null };
  return (await db.recoveryCode.updateMany({ where, data: { usedAt: new Date() } })).count === 1;
}
