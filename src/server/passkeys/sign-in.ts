import { generateAuthenticationOptions, verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { z } from "zod";
import { AppError } from "#contracts/errors";
import { type PasskeyAnswer, passkeyRequest } from "#contracts/passkey";
import { database } from "#prisma/db";
import { clientOf } from "../address";
import { begin, take } from "../pending";
import { countBegin } from "../throttle";
import { partyOf } from "./origin";

/** What a browser is to be asked so that a passkey signs somebody in; it need not say who. AppError passkey_address, too_many_tries. */
export async function beginPasskeySignIn(
  headers: Headers,
): Promise<{ ticket: string; options: z.infer<typeof passkeyRequest> }> {
  const party = partyOf(headers);
  await countBegin(clientOf(headers).address);
  const options = await generateAuthenticationOptions({ rpID: party.id, userVerification: "preferred" });
  const ticket = await begin(database(), "passkeySignIn", { data: { challenge: options.challenge } });
  return { ticket, options: passkeyRequest.parse(options) };
}

/**
 * Whose passkey answered, and whether it made sure that its owner used it (a PIN, a finger). One answer, passkey_refused, to one that
 * is not known or somebody else's, a wrong signature, an old or used challenge, another address, a counter that went back and a disabled
 * account.
 */
export async function checkPasskey(ticket: string, answer: PasskeyAnswer, headers: Headers) {
  const party = partyOf(headers);
  const db = database();
  const begun = await take(db, "passkeySignIn", ticket);
  const passkey = await db.passkey.findUnique({ where: { id: answer.id }, include: { user: true } });
  if (!begun || !passkey || passkey.user.disabledAt) throw new AppError("passkey_refused");
  const { id, transports, user, counter } = passkey;
  const { userHandle } = answer.response;
  if (userHandle !== undefined && userHandle !== Buffer.from(user.id).toString("base64url"))
    throw new AppError("passkey_refused");
  // What cannot be read or does not match is thrown by the library as plain errors; each means the same.
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...answer, clientExtensionResults: {} },
    expectedChallenge: begun.data.challenge,
    expectedOrigin: party.origins,
    expectedRPID: party.id,
    credential: { id, transports, publicKey: new Uint8Array(passkey.publicKey), counter: Number(counter) },
    requireUserVerification: false,
  }).catch(() => ({ verified: false, authenticationInfo: null }));
  if (!verified || !authenticationInfo) throw new AppError("passkey_refused");
  const data = { counter: authenticationInfo.newCounter, lastUsedAt: new Date() };
  // Of a key and its copy that count on from the same number at once, one gets in.
  if ((await db.passkey.updateMany({ where: { id, counter }, data })).count === 0)
    throw new AppError("passkey_refused");
  return { user, verified: authenticationInfo.userVerified };
}
