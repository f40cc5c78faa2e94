import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { sshKeyView } from "#contracts/api/account";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { database, isTaken } from "#prisma/db";
import { assertAccount } from "./access";
import { accessChanged } from "./access-changed";
import { audit } from "./audit";
import { confirmOwner } from "./confirm";
import { assertRoom } from "./room";
import { readPublicKey } from "./ssh-public-key";

type SshKeyView = z.infer<typeof sshKeyView>;

/** Keys that one person may have. */
const MOST = 50;

const columns = { id: true, name: true, type: true, fingerprint: true, createdAt: true, lastUsedAt: true } as const;

/** The actor's SSH keys, newest first. */
export async function listSshKeys(actor: Actor): Promise<{ keys: SshKeyView[] }> {
  const where = { userId: assertAccount(actor) };
  const rows = await database().sshKey.findMany({ where, select: columns, orderBy: { createdAt: "desc" } });
  return { keys: rows.map(viewOf) };
}

/**
 * Adds a public key, named by its comment unless a name is given. AppError ssh_key_invalid, ssh_key_private, ssh_key_weak, ssh_key_known, and
 * those of confirmOwner.
 */
export async function addSshKey(
  actor: Actor,
  asked: { publicKey: string; name?: string; password?: string },
): Promise<SshKeyView> {
  const { id: userId } = await confirmOwner(actor, asked.password);
  const { type, fingerprint, base64, comment } = readPublicKey(asked.publicKey);
  const name =
    (asked.name ??
      comment
        .replace(/\p{Cc}/gu, "")
        .slice(0, 64)
        .trim()) ||
    type;
  try {
    return await database().$transaction(async (db) => {
      const count = () => db.sshKey.count({ where: { userId } });
      await assertRoom(db, userId, { count, most: MOST, words: en.server.sshKeysMany });
      const data = { userId, name, type, fingerprint, publicKey: base64 };
      const row = await db.sshKey.create({ data, select: columns });
      await audit(db, actor, { action: "sshKey.add", detail: { name, fingerprint } });
      return viewOf(row);
    });
  } catch (error) {
    throw isTaken(error) ? new AppError("ssh_key_known") : error;
  }
}

/** Removes one of the actor's SSH keys; connections that it opened end. */
export async function removeSshKey(actor: Actor, keyId: string): Promise<void> {
  const userId = assertAccount(actor);
  await database().$transaction(async (db) => {
    const row = await db.sshKey.findFirst({ where: { id: keyId, userId }, select: { name: true, fingerprint: true } });
    if (!row) throw new AppError("not_found", { what: "key" });
    await db.sshKey.deleteMany({ where: { id: keyId, userId } });
    await audit(db, actor, { action: "sshKey.remove", detail: row });
  });
  await accessChanged(userId);
}

type Row = { id: string; name: string; type: string; fingerprint: string; createdAt: Date; lastUsedAt: Date | null };

const viewOf = ({ createdAt, lastUsedAt, ...row }: Row): SshKeyView => ({
  ...row,
  createdAt: createdAt.getTime(),
  lastUsedAt: lastUsedAt?.getTime() ?? null,
});
