import { z } from "zod";
import { botPermission } from "./access";
import { botId } from "./bot";
import { at } from "./process";

/*
 * SFTP: a person signs in at the worker as `<name or e-mail>.<bot id>` and reaches that bot's files. Who they are and what they may, the
 * web says; see contracts/questions.ts.
 */

/** How people prove who they are. */
export const sftpProof = z.discriminatedUnion("kind", [
  /** The account's password, or one of its API keys. */
  z.object({ kind: z.literal("password"), password: z.string().max(1_024) }),
  /** A public key as SSH writes it, base64; the worker has checked that its private half signed this connection. */
  z.object({ kind: z.literal("key"), key: z.string().max(16_384) }),
]);
export type SftpProof = z.infer<typeof sftpProof>;

/** What somebody signed in with over SFTP. */
export const sftpVia = z.enum(["password", "apiKey", "sshKey"]);

/** What a signed-in connection goes on: whose it is, and on what its access hangs. */
export const sftpStanding = z.object({
  userId: z.string(),
  botId,
  tokenVersion: z.number().int(),
  via: sftpVia,
  /** Where it comes from. */
  address: z.string(),
  /** Of the API key or SSH key that opened it. */
  keyId: z.string().optional(),
});
export type SftpStanding = z.infer<typeof sftpStanding>;

/** What a person may do over SFTP; `file:sftp` is among it. */
export const sftpAccess = sftpStanding.extend({
  name: z.string(),
  permissions: z.array(botPermission),
  /** Patterns of paths that do not exist for them (hiddenPath of members.ts). */
  hidden: z.array(z.string()),
});
export type SftpRights = Pick<z.infer<typeof sftpAccess>, "permissions" | "hidden">;
export type SftpAccess = z.infer<typeof sftpAccess>;

/** What one connection did within one minute: how often, and the first paths. Never contents. */
export const sftpActivity = sftpStanding.pick({ userId: true, botId: true }).extend({
  name: z.string(),
  address: z.string(),
  at,
  /** Files read and written, and the bytes of them. */
  read: z.number().int(),
  written: z.number().int(),
  bytesRead: z.number(),
  bytesWritten: z.number(),
  removed: z.number().int(),
  renamed: z.number().int(),
  foldersMade: z.number().int(),
  changed: z.number().int(),
  /** What the person may not do, and tried. */
  refused: z.number().int(),
  paths: z.array(z.string()),
});
export type SftpActivity = z.infer<typeof sftpActivity>;

/** Whether and where this machine answers SFTP. */
export const sftpReport = z.discriminatedUnion("state", [
  z.object({ state: z.literal("off") }),
  z.object({
    state: z.literal("on"),
    /** The address it listens on; 127.0.0.1 is reached from this machine only. */
    host: z.string(),
    port: z.number().int(),
    /** Of the host key, as ssh shows it: SHA256:… */
    fingerprint: z.string(),
  }),
  /** Nothing listens: the port is taken, or may not be used. `why`: the system's code. */
  z.object({ state: z.literal("failed"), host: z.string(), port: z.number().int(), why: z.string() }),
]);
export type SftpReport = z.infer<typeof sftpReport>;
