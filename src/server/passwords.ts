import { randomBytes } from "node:crypto";
import { hash, type Options, verify } from "@node-rs/argon2";

/**
 * argon2id with 19 MiB, two passes, one lane: the first choice of the OWASP Password Storage Cheat Sheet
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id). argon2id is the package's default.
 */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A PHC string to store. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost);

let nobody: Promise<string> | undefined;

/** Whether this is the password; for nobody (null) it takes as long to say no, so that time does not tell who has an account. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(32).toString("hex"));
  const right = await verify(stored ?? (await nobody), password);
  return right && stored !== null;
}
