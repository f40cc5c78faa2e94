import { z } from "zod";
import { filePath } from "./files";

/*
 * Bytes on their way into and out of a bot's files: downloads, uploads that resume, archives.
 */

/** How several files become one. */
export const archiveFormat = z.enum(["zip", "tar.gz"]);
export type ArchiveFormat = z.infer<typeof archiveFormat>;

/** Things that lie in one folder: those of the names, or all when there are none. */
export const selection = z.object({
  folder: filePath.default(""),
  names: z.array(z.string().min(1).max(255)).max(1_000).default([]),
});
export type Selection = z.infer<typeof selection>;
