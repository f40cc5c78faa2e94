import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { audit } from "../audit";
import { actorFor } from "../standings";
import { countCode, countRecovery } from "../throttle";
import { takeCode } from "./recovery";
import { openSecret } from "./secret";
import { stepOf } from "./totp";

/** Whose code is looked at. */
export type Guarded = { id: string; name: string; role: "admin" | "user"; totpSecret: string | null };

/**
 * Checks a code of somebody's second factor: six digits of their app, which work once, or a recovery code, which does too. AppError
 * code_wrong, too_many_tries.
 */
export async function checkCode(user: Guarded, given: string, address: string): Promise<void> {
  const code = given.replace(/[\s-]/g, "");
  const isDigits = /^\d{6}$/.test(code);
  const succeeded = await (isDigits ? countCode(user.id, address) : countRecovery(user.id, address));
  const right = isDigits ? await takeStep(user, code) : await takeCode(database(), user.id, code);
  const actor = actorFor(user, address, "web");
  if (!right) {
    await audit(database(), actor, { action: "account.codeFailed" });
    throw new AppError("code_wrong");
  }
  await succeeded();
  if (!isDigits) await audit(database(), actor, { action: "twoFactor.recoveryCode" });
}

// One statement: of two who bring one code at once, one gets in.
async function takeStep({ id, totpSecret }: Guarded, code: string): Promise<boolean> {
  const step = totpSecret === null ? null : stepOf(openSecret(id, totpSecret), code);
  if (step === null) return false;
  const where = { id, totpStep: { lt: step } };
  return (await database().user.updateMany({ where, data: { totpStep: step } })).count === 1;
}
