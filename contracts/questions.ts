import { z } from "zod";
import { botId } from "./bot";
import { sftpAccess, sftpActivity, sftpProof, sftpStanding } from "./sftp";

/**
 * What the worker may ask of the web, over a Unix socket of mode 0600 (homePaths().webSocket): POST /ask/<name> with a JSON body. Only
 * what the web alone knows, accounts and permissions; and what only the web writes, the activity.
 */
export const questions = {
  /** Who this is and what they may do with this bot; null for everybody who may not, whatever the reason. */
  "sftp.signIn": {
    input: z.object({
      /** Name or e-mail, as typed. */
      login: z.string().max(320),
      botId: z.string().max(64),
      address: z.string().max(64),
      proof: sftpProof,
    }),
    output: z.object({ access: sftpAccess.nullable() }),
  },
  /** What these still may, in the order asked; null where access has ended. */
  "sftp.check": {
    input: z.object({ standings: z.array(sftpStanding).max(1_000) }),
    output: z.object({ rights: z.array(sftpAccess.pick({ permissions: true, hidden: true }).nullable()) }),
  },
  /**
   * What people may with bots now and do not see of their files, in the order asked, by the API key that is named if one is; nothing where
   * access has ended, the bot or the key is gone or the person is disabled.
   */
  "access.now": {
    input: z.object({ of: z.array(z.object({ userId: z.string(), botId, keyId: z.string().optional() })) }),
    output: z.object({ rights: z.array(sftpAccess.pick({ permissions: true, hidden: true })) }),
  },
  /** What was done over SFTP is to be remembered. */
  "sftp.record": { input: z.object({ activity: z.array(sftpActivity).max(1_000) }), output: z.object({}) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Question = keyof typeof questions;
export type QuestionInput<Name extends Question> = z.infer<(typeof questions)[Name]["input"]>;
export type QuestionOutput<Name extends Question> = z.infer<(typeof questions)[Name]["output"]>;
