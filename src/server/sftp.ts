import type { z } from "zod";
import type { KeyScope } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { questions } from "#contracts/questions";
import type { SftpAccess, SftpActivity, SftpRights, SftpStanding } from "#contracts/sftp";
import { database } from "#prisma/db";
import { audit } from "./audit";
import { banOf } from "./bans";
import { acceptKey, scopeOf } from "./key-use";
import { type Person, personNamed } from "./person-named";
import { checkPassword } from "./sign-in";
import { checkPublicKey } from "./ssh-public-key";
import { actorFor, botsNamed, rightsOn } from "./standings";

type SignIn = z.infer<(typeof questions)["sftp.signIn"]["input"]>;

/**
 * Who signs in over SFTP, and what they may with the bot they name; null for all others, without a reason. A password is guessed no
 * faster than in the browser (throttle.ts). An API key or SSH key cannot be guessed, so a wrong one counts against nobody: clients offer
 * every key they have. SFTP cannot ask for a code of a second factor: an account that has one uses a key.
 */
export async function signInToSftp({ login, botId, address, proof }: SignIn): Promise<SftpAccess | null> {
  const person = await personNamed(login);
  const by =
    proof.kind === "key"
      ? await bySshKey(person, proof.key)
      : API_KEY.test(proof.password)
        ? await byApiKey(person, proof.password, address)
        : await byPassword(person, login, proof.password, address);
  if (!person || !by || (await banOf({ address, ...person })) !== null) return null;
  const [bot] = await botsNamed([botId], [person.id]);
  const { scope, refused, ...on } = by;
  const rights = accessTo(person, bot, scope);
  if (!rights) return null;
  const actor = actorFor(person, address);
  if (refused) {
    await audit(database(), actor, { action: "sftp.refused", botId, detail: { why: "two-factor" } });
    return null;
  }
  await audit(database(), actor, { action: "sftp.signIn", botId, detail: { via: on.via } });
  return {
    userId: person.id,
    name: person.name,
    botId,
    address,
    tokenVersion: person.tokenVersion,
    ...rights,
    ...on,
  };
}

/** What those who are connected may do now; null for who may no longer be. */
export async function checkSftp(standings: readonly SftpStanding[]): Promise<(SftpRights | null)[]> {
  const db = database();
  const idsOf = (via: SftpStanding["via"]) =>
    standings.flatMap((one) => (one.via === via && one.keyId !== undefined ? [one.keyId] : []));
  const userIds = standings.map(({ userId }) => userId);
  const [people, bots, apiKeys, sshKeys] = await Promise.all([
    db.user.findMany({ where: { id: { in: userIds } } }),
    botsNamed(
      standings.map(({ botId }) => botId),
      userIds,
    ),
    db.apiKey.findMany({ where: { id: { in: idsOf("apiKey") } }, select: { id: true, expiresAt: true, scope: true } }),
    db.sshKey.findMany({ where: { id: { in: idsOf("sshKey") } }, select: { id: true } }),
  ]);
  const scopes = new Map(apiKeys.map(({ id, scope }) => [id, scopeOf(scope)]));
  const keys = new Set([...apiKeys.filter((key) => !hasExpired(key)), ...sshKeys].map(({ id }) => id));
  const ask = async ({ userId, botId, address, tokenVersion, via, keyId }: SftpStanding) => {
    const person = people.find(({ id }) => id === userId);
    if (!person || person.tokenVersion !== tokenVersion) return null;
    if ((await banOf({ address, ...person })) !== null) return null;
    if (via !== "password" && !keys.has(keyId ?? "")) return null;
    return accessTo(
      person,
      bots.find(({ id }) => id === botId),
      scopes.get(keyId ?? ""),
    );
  };
  return Promise.all(standings.map(ask));
}

/** Writes down what was done over SFTP. */
export async function recordSftp(activity: readonly SftpActivity[]): Promise<void> {
  await database().$transaction(async (db) => {
    for (const { userId, name, address, botId, at, ...detail } of activity) {
      const actor = actorFor({ id: userId, name, role: "user" }, address);
      await audit(db, actor, { action: "sftp.files", botId, detail, at: new Date(at) });
    }
  });
}

/** What a person may over SFTP with a bot; null for who may not use it there, or nothing any more. */
function accessTo(...asked: Parameters<typeof rightsOn>): SftpRights | null {
  const rights = rightsOn(...asked);
  return rights.permissions.includes("file:sftp") ? rights : null;
}

/** `refused`: the password is right, and would be the only thing asked of an account that is to be asked two. */
type By = Pick<SftpAccess, "via" | "keyId"> & { scope?: KeyScope; refused?: boolean };

async function byPassword(
  person: Person | null,
  login: string,
  password: string,
  address: string,
): Promise<By | undefined> {
  const db = database();
  const email = person && (await db.user.findUnique({ where: { id: person.id }, select: { email: true } }))?.email;
  try {
    const { totpSince } = await checkPassword(email ?? login, password, address);
    return { via: "password", refused: totpSince !== null };
  } catch (error) {
    if (error instanceof AppError && ["sign_in_failed", "too_many_tries", "banned"].includes(error.code))
      return undefined;
    throw error;
  }
}

/** As account.ts makes them: nobody's password looks like that. */
const API_KEY = /^by_[\w-]{43}$/;

const hasExpired = ({ expiresAt }: { expiresAt: Date | null }): boolean =>
  expiresAt !== null && expiresAt <= new Date();

async function byApiKey(person: Person | null, token: string, address: string): Promise<By | undefined> {
  try {
    const key = await acceptKey(token, address);
    if (!key || key.userId !== person?.id) return undefined;
    return { via: "apiKey", keyId: key.id, scope: scopeOf(key.scope) };
  } catch (error) {
    if (error instanceof AppError && ["key_address", "banned", "too_many_requests"].includes(error.code))
      return undefined;
    throw error;
  }
}

async function bySshKey(person: Person | null, base64: string): Promise<By | undefined> {
  const db = database();
  try {
    const { fingerprint } = checkPublicKey(Buffer.from(base64, "base64"));
    const key = await db.sshKey.findFirst({ where: { userId: person?.id ?? "", fingerprint, publicKey: base64 } });
    if (!key) return undefined;
    await db.sshKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: new Date() } });
    return { via: "sshKey", keyId: key.id };
  } catch (error) {
    if (error instanceof AppError && ["ssh_key_invalid", "ssh_key_weak"].includes(error.code)) return undefined;
    throw error;
  }
}
