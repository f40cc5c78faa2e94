import { generateRegistrationOptions, verifyRegistrationResponse } from "@simplewebauthn/server";
import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { PasskeyView } from "#contracts/api/passkeys";
import { AppError } from "#contracts/errors";
import { type PasskeyMade, passkeyCreation } from "#contracts/passkey";
import { en } from "#contracts/words/en";
import { database, isTaken } from "#prisma/db";
import { assertAccount } from "../access";
import { accessChanged } from "../access-changed";
import { audit } from "../audit";
import { confirmOwner } from "../confirm";
import { begin, take } from "../pending";
import { assertRoom } from "../room";
import { endSessionsBy } from "../sessions";
import { assertOtherWay } from "../ways-in";
import { partyOf } from "./origin";

/** Passkeys that one person may have. */
const MOST = 20;

const columns = { id: true, name: true, createdAt: true, lastUsedAt: true } as const;

/** The actor's passkeys, newest first. */
export async function listPasskeys(actor: Actor): Promise<{ passkeys: PasskeyView[] }> {
  const where = { userId: assertAccount(actor) };
  const rows = await database().passkey.findMany({ where, select: columns, orderBy: { createdAt: "desc" } });
  return { passkeys: rows.map(viewOf) };
}

/** Begins to add one: what the browser is to be asked. AppError password_wrong, passkey_address. */
export async function beginPasskey(
  actor: Actor,
  { name, password }: { name: string; password?: string },
  headers: Headers,
): Promise<{ ticket: string; options: z.infer<typeof passkeyCreation> }> {
  const party = partyOf(headers);
  const user = await confirmOwner(actor, password);
  const db = database();
  const mine = await db.passkey.findMany({ where: { userId: user.id }, select: { id: true, transports: true } });
  const options = await generateRegistrationOptions({
    rpName: "Botyard",
    rpID: party.id,
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: user.email,
    userDisplayName: user.name,
    attestationType: "none",
    excludeCredentials: mine,
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
  });
  const data = { challenge: options.challenge, name };
  const ticket = await begin(db, "passkeyAdd", { userId: user.id, data });
  return { ticket, options: passkeyCreation.parse(options) };
}

/** Adds the one that the browser made. AppError passkey_refused, passkey_known. */
export async function addPasskey(
  actor: Actor,
  { ticket, made }: { ticket: string; made: PasskeyMade },
  headers: Headers,
): Promise<PasskeyView> {
  const userId = assertAccount(actor);
  const party = partyOf(headers);
  const begun = await take(database(), "passkeyAdd", ticket);
  if (begun?.userId !== userId) throw new AppError("passkey_refused");
  const { challenge, name } = begun.data;
  // What cannot be read or does not match is thrown by the library as plain errors; each means the same.
  const { registrationInfo } = await verifyRegistrationResponse({
    response: { ...made, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: party.origins,
    expectedRPID: party.id,
    requireUserVerification: false,
  }).catch(() => ({ registrationInfo: undefined }));
  if (!registrationInfo) throw new AppError("passkey_refused");
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  try {
    return await database().$transaction(async (db) => {
      const count = () => db.passkey.count({ where: { userId } });
      await assertRoom(db, userId, { count, most: MOST, words: en.server.passkeysMany });
      const data = { id, userId, name, publicKey, counter, transports };
      const row = await db.passkey.create({ data, select: columns });
      await audit(db, actor, { action: "passkey.add", detail: { name } });
      return viewOf(row);
    });
  } catch (error) {
    throw isTaken(error) ? new AppError("passkey_known") : error;
  }
}

/** Gives one of the actor's passkeys another name. */
export async function renamePasskey(actor: Actor, { passkeyId: id, name }: { passkeyId: string; name: string }) {
  const userId = assertAccount(actor);
  return database().$transaction(async (db) => {
    const before = await db.passkey.findFirst({ where: { id, userId }, select: { name: true } });
    if (!before) throw new AppError("not_found", { what: "passkey" });
    const row = await db.passkey.update({ where: { id }, data: { name }, select: columns });
    await audit(db, actor, { action: "passkey.rename", before, after: { name } });
    return viewOf(row);
  });
}

/** Removes one of the actor's passkeys, and ends what passkeys opened: which one did is not known. AppError last_way_in. */
export async function removePasskey(actor: Actor, id: string): Promise<void> {
  const userId = assertAccount(actor);
  const ended = await database().$transaction(async (db) => {
    const row = await db.passkey.findFirst({ where: { id, userId }, select: { name: true } });
    if (!row) throw new AppError("not_found", { what: "passkey" });
    await assertOtherWay(db, userId, { passkey: id });
    await db.passkey.deleteMany({ where: { id, userId } });
    await audit(db, actor, { action: "passkey.remove", detail: { name: row.name } });
    return endSessionsBy(db, actor, "passkey");
  });
  await accessChanged(userId, ended);
}

type Row = { id: string; name: string; createdAt: Date; lastUsedAt: Date | null };

const viewOf = ({ createdAt, lastUsedAt, ...row }: Row): PasskeyView => ({
  ...row,
  createdAt: createdAt.getTime(),
  lastUsedAt: lastUsedAt?.getTime() ?? null,
});
