import { z } from "zod";
import { fileEntry, filePath, onConflict } from "./files";
import { at } from "./process";

/*
 * Bytes on their way into and out of a bot's files: downloads, uploads that resume, archives.
 */

/** How several files become one. A server whose Node has no zstd packs and extracts no tar.zst: AppError archive_needs_node. */
export const archiveFormat = z.enum(["zip", "tar.gz", "tar.zst", "tar"]);
export type ArchiveFormat = z.infer<typeof archiveFormat>;

/** Those that a server can. */
export const archiveFormats = z.object({ formats: z.array(archiveFormat) });

/** Things that lie in one folder: those of the names, or all when there are none. */
export const selection = z.object({
  folder: filePath.default(""),
  names: z.array(z.string().min(1).max(255)).max(1_000).default([]),
});
export type Selection = z.infer<typeof selection>;

/** One upload, extraction or packing. */
export const transferId = z.string().regex(/^[a-z0-9]{16}$/);
/** Files of one upload at most; more are sent as several. */
export const UPLOAD_FILES = 5_000;
/** An upload that nothing is sent of ends after this, ms; after ten minutes already when others need its place. */
export const UPLOAD_KEEP_MS = 24 * 60 * 60_000;

/** A path from the target folder of an upload on. */
const pathBelow = z.string().min(1).max(512);

/** A file that is announced. */
export const announcedFile = z.object({
  path: pathBelow,
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** SHA-256 of the whole in hexadecimal: compared when all is here. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type AnnouncedFile = z.infer<typeof announcedFile>;

/** What will be sent, and where it goes. With `refuse`, it is refused as soon as one of the files is there already. */
export const uploadRequest = z.object({
  to: filePath.default(""),
  files: z.array(announcedFile).max(UPLOAD_FILES),
  /** Folders that are made even when no file lies in them. */
  folders: z.array(pathBelow).max(UPLOAD_FILES).default([]),
  conflict: onConflict.default("refuse"),
});
export type UploadRequest = z.infer<typeof uploadRequest>;

/** Which of these files would take the place of something? */
export const takenRequest = z.object({ to: filePath.default(""), paths: z.array(pathBelow).max(UPLOAD_FILES) });
export type TakenRequest = z.infer<typeof takenRequest>;

/** What lies where a file would go; only a file or a link can be written over. */
export const takenPlace = fileEntry.pick({ kind: true, size: true, changedAt: true }).extend({ path: pathBelow });
export type TakenPlace = z.infer<typeof takenPlace>;

/** What to do with files whose place is taken at the end: instead of what was announced for all, and for single ones. */
export const uploadChoice = z.object({
  conflict: onConflict.optional(),
  conflicts: z
    .array(z.object({ path: pathBelow, conflict: onConflict }))
    .max(UPLOAD_FILES)
    .default([]),
});
export type UploadChoice = z.infer<typeof uploadChoice>;

const values = z.record(z.string(), z.union([z.string(), z.number()]));

/** How far a transfer is. */
export const transferStatus = z.discriminatedUnion("state", [
  /** Waiting for chunks; `received` of `total` bytes are here. */
  z.object({ state: z.literal("receiving"), received: z.number(), total: z.number() }),
  /** `done` of `total` bytes; a total of 0 is not known. */
  z.object({ state: z.literal("working"), done: z.number(), total: z.number() }),
  z.object({
    state: z.literal("done"),
    placed: z.number(),
    skipped: z.number(),
    /** What could not be placed although all was ready, at most 100 of them: the bot itself changes its files too. */
    failed: z.array(z.object({ path: filePath, code: z.string(), values })).max(100),
  }),
  z.object({ state: z.literal("failed"), code: z.string(), values, message: z.string() }),
]);
export type TransferStatus = z.infer<typeof transferStatus>;

/** What a transfer does: takes files in, unpacks one, packs some into one, or fetches one from an address. */
export const transferKind = z.enum(["upload", "extract", "pack", "pull"]);

/** A transfer as it is asked for. What is over is told for an hour. */
export const transferView = z.object({
  id: transferId,
  kind: transferKind,
  to: filePath,
  /** What a pulled file is called, once that is known; one that is kept beside another gets a number after it. */
  name: z.string().optional(),
  status: transferStatus,
  createdAt: at,
});
export type TransferView = z.infer<typeof transferView>;

/** An upload with how much of each file is here, in the order of the announcement: what a page that was loaded anew goes on by. */
export const uploadView = transferView.extend({
  /** What was announced to be done where a name is taken. */
  conflict: onConflict,
  files: z.array(announcedFile.extend({ received: z.number().int().nonnegative() })),
});
export type UploadView = z.infer<typeof uploadView>;

/** Extracts an archive (zip, tar, tar.gz, tar.zst) that lies in the bot's files into a folder: all of it or nothing. */
export const extractRequest = z.object({
  path: filePath,
  to: filePath.default(""),
  conflict: onConflict.default("refuse"),
});
export type ExtractRequest = z.infer<typeof extractRequest>;

/** What an archive would write. */
export const archivePreview = z.object({
  /** Its files, at most the first 1,000. */
  entries: z.array(z.object({ path: z.string(), size: z.number() })),
  files: z.number().int(),
  folders: z.number().int(),
  /** As they came out. */
  bytes: z.number().int(),
  /** The first of them that is there already. */
  taken: z.string().nullable(),
});
export type ArchivePreview = z.infer<typeof archivePreview>;

/** Packs things of a folder into a file at `path`. */
export const packRequest = z.object({
  selection,
  format: archiveFormat,
  path: filePath,
  conflict: onConflict.default("refuse"),
});
export type PackRequest = z.infer<typeof packRequest>;

/**
 * Fetches a file from an https address (http where an admin allowed the network) without user and password: AppError pull_address. Its name
 * is the one given, else what the server says, else the end of the address; with `overwrite` the server is not asked for it.
 */
export const pullRequest = z.object({
  url: z.string().min(1).max(2_048),
  to: filePath.default(""),
  name: z.string().min(1).max(255).optional(),
  conflict: onConflict.default("refuse"),
});
export type PullRequest = z.infer<typeof pullRequest>;
