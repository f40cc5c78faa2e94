import { z } from "zod";
import { botId } from "../bot";
import { filePath } from "../files";
import { transferId } from "../transfer";

/** What every call declares. */
export type Calls = Record<string, { input: z.ZodType; output: z.ZodType; permission: string }>;

export const ok = z.object({});
export const onBot = z.object({ botId });
/** `hidden`: patterns of paths that do not exist for who asks (hiddenPath of members.ts). */
export const onFiles = onBot.extend({ hidden: z.array(z.string()) });
export const onFile = onFiles.extend({ path: filePath });
export const onTransfer = onFiles.extend({ owner: z.string(), transferId });
