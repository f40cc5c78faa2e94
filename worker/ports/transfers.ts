import type { Writable } from "node:stream";
import type { BotId } from "#contracts/bot";
import type {
  ArchiveFormat,
  ArchivePreview,
  ExtractRequest,
  PackRequest,
  PullRequest,
  Selection,
  TakenPlace,
  TakenRequest,
  TransferView,
  UploadChoice,
  UploadRequest,
  UploadView,
} from "#contracts/transfer";
import type { Closer } from "./closer";

/** What Range and If-Range say, as they came. */
export type WantedPart = { range?: string; ifRange?: string };

/** Says how an answer begins, and where its bytes go. */
export type Begin = (status: 200 | 206 | 416, headers: Record<string, string | number>) => Writable;

/** As `Files`: every path goes through the jail, and a refusal is an AppError. */
/** What may be done with bytes on their way into the files of bots, and out of them. */
export interface TransferActions {
  /** Sends a file or a part of it; settles when all is sent or the other side is gone. */
  file(botId: BotId, path: string, wanted: WantedPart, begin: Begin): Promise<void>;
  /** Sends things of a folder as they are packed. */
  archive(botId: BotId, selection: Selection, format: ArchiveFormat, begin: Begin): Promise<void>;
  /** Announces files: AppError file_exists, files_over_quota, transfer_busy. A transfer is its owner's: transfer_gone for all others. */
  upload(botId: BotId, owner: string, request: UploadRequest): Promise<UploadView>;
  /** The owner's uploads that wait for more, those that an earlier worker began as well. */
  uploads(botId: BotId, owner: string): Promise<TransferView[]>;
  uploadState(botId: BotId, owner: string, transferId: string): Promise<UploadView>;
  /** The next chunk of a file. AppError upload_out_of_order, upload_too_long, chunk_too_big. */
  chunk(botId: BotId, owner: string, chunk: UploadChunk): Promise<TransferView>;
  /** Gives the files their names. AppError upload_incomplete, file_exists: then it waits as before. */
  finish(botId: BotId, owner: string, transferId: string, choice: UploadChoice): Promise<TransferView>;
  /** Which files of an upload would take the place of something. */
  taken(botId: BotId, request: TakenRequest): Promise<TakenPlace[]>;
  /** What extracting would write. AppError archive_unsafe, archive_unreadable, archive_too_big, as extracting itself; archive_slow, transfer_busy. */
  preview(botId: BotId, request: Pick<ExtractRequest, "path" | "to">, gone?: AbortSignal): Promise<ArchivePreview>;
  /** Extracts an archive, all of it or nothing; how that ended is told by its state. */
  extract(botId: BotId, by: BegunBy, request: ExtractRequest): Promise<TransferView>;
  /** What this Node packs and extracts. */
  formats(): ArchiveFormat[];
  /** AppError archive_needs_node. */
  pack(botId: BotId, by: BegunBy, request: PackRequest): Promise<TransferView>;
  /** Fetches a file from an address: AppError pull_address, path_unsafe. How it ended is told by its state. */
  pull(botId: BotId, by: BegunBy, request: PullRequest): Promise<TransferView>;
  state(botId: BotId, owner: string, transferId: string): Promise<TransferView>;
  cancel(botId: BotId, owner: string, transferId: string): Promise<void>;
}

export interface Transfers extends TransferActions {
  /** The same for somebody for whom paths of these patterns do not exist: AppError file_missing. */
  hiding(hidden: readonly string[]): TransferActions;
  /** Asks the web what a person still may, and ends what they have under way and may not any more. */
  check(userId: string): Promise<void>;
  /** Ends all that a bot has under way, before it is removed. */
  forget(botId: BotId): Promise<void>;
  /** Places what an earlier worker was placing when it died. */
  boot(): Promise<void>;
  close: Closer;
}

/** Whose a transfer is that goes on by itself, and by which API key it was begun. */
export type BegunBy = { owner: string; keyId?: string };

/** A piece of a file of an upload; the file by its number in the announcement. */
export type UploadChunk = { transferId: string; file: number; offset: number; body: AsyncIterable<Uint8Array> };
