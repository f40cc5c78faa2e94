import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type {
  TakenPlace,
  TakenRequest,
  TransferStatus,
  TransferView,
  UploadChoice,
  UploadRequest,
  UploadView,
} from "#contracts/transfer";
import { type Chunk, receiveChunk } from "../../incoming/chunk";
import { assertPaths } from "../../incoming/paths";
import type { BotFiles } from "../bot";
import { newPartsOf, partsOf, showPath } from "../path";
import { told } from "../refusals";
import { aWhile, end, placeKept } from "./finish";
import { piecesOf } from "./pieces";
import { assertSeen, assertTarget, firstTaken, joined, takenBy } from "./place";
import { keepRecord, type Record } from "./record";
import { type Item, receiving, type Shelf, viewOf } from "./shelf";

/*
 *   announce ──▶ receiving ──finish──▶ working: compare ──▶ placing (written down) ──▶ done
 *                    │ ▲                     └──▶ failed
 *                    └─┴── chunks; a worker that dies here is gone on from by the sizes of the files
 *   A worker that dies while placing: the next one places the rest (`goOn`).
 */

/** What transfers are made with. */
export type Means = {
  shelf: Shelf;
  /** The files of a bot. AppError not_found. */
  bot: (botId: BotId) => Promise<BotFiles>;
  /** Hears of bugs. */
  say: (line: string) => void;
};

/** Uploads into the files of bots. */
export function createUploads({ shelf, bot, say }: Means) {
  /** The item with its record, if it waits for chunks. */
  function waiting(item: Item): Record {
    if (item.kind !== "upload" || !item.record || item.status.state !== "receiving")
      throw new AppError("transfer_gone");
    return item.record;
  }

  /** Room for all that was announced; an upload that an earlier worker began has none yet. AppError files_over_quota. */
  async function takeRoom(item: Item, { files, folders }: Record): Promise<void> {
    if (item.room) return;
    const room = (await bot(item.botId)).quota.room();
    await room.take(
      files.reduce((sum, { size }) => sum + size, 0),
      files.length + folders.length,
    );
    item.room = room;
  }

  /** Does one thing after another with an item; what it throws is for who asked. */
  function inTurn<T>(item: Item, work: () => Promise<T>): Promise<T> {
    const done = item.work.then(() => {
      item.stop.signal.throwIfAborted();
      return work();
    });
    item.work = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** AppError file_exists, when something lies where a file would go that may neither replace it nor stand beside it. */
  async function assertFree(item: Item, { to, files, conflict }: Record): Promise<void> {
    const careful = files.filter((file) => (file.conflict ?? conflict) === "refuse");
    if (careful.length === 0) return;
    const taken = await firstTaken(await bot(item.botId), { to, files: careful });
    if (taken !== undefined) throw new AppError("file_exists", { path: showPath(joined(to, taken)) });
  }

  /** From when all is here to when it is placed. */
  async function placeAll(item: Item, kept: Record): Promise<TransferStatus> {
    const { dir, stop } = item;
    const files = await bot(item.botId);
    item.hidden = files.hidden;
    for (const [number, { path, sha256 }] of kept.files.entries()) {
      // An empty file was never sent.
      const file = await open(`${dir}/${number}`, constants.O_RDONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
      try {
        if (sha256 === undefined) continue;
        const hash = createHash("sha256");
        for await (const piece of piecesOf(file, 0, Number.MAX_SAFE_INTEGER)) {
          stop.signal.throwIfAborted();
          hash.update(piece);
          if (item.status.state === "working") item.status = { ...item.status, done: item.status.done + piece.length };
        }
        if (hash.digest("hex") !== sha256) throw new AppError("upload_damaged", { path: showPath(path) });
      } finally {
        await file.close();
      }
    }
    return files.alone(() => placeKept(item, { ...kept, placing: true }, files));
  }

  const viewWithFiles = (item: Item): UploadView => ({
    ...viewOf(item),
    conflict: item.record?.conflict ?? "refuse",
    files: (item.record?.files ?? []).map((file, number) => ({ ...file, received: item.received[number] ?? 0 })),
  });

  return {
    /** AppError path_unsafe, file_exists, files_over_quota, transfer_busy. */
    async announce(botId: BotId, owner: string, { to, files, folders, conflict }: UploadRequest): Promise<UploadView> {
      assertPaths(
        files.map(({ path }) => path),
        folders,
      );
      partsOf(to);
      for (const path of [...files.map((file) => file.path), ...folders]) newPartsOf(joined(to, path));
      const received = files.map(() => 0);
      const status = receiving({ files }, received);
      const overwrites = conflict === "overwrite";
      const item = await shelf.add(botId, { owner, kind: "upload", to, status, overwrites });
      const { id, createdAt } = item;
      const kept: Record = {
        id,
        kind: "upload",
        owner,
        to,
        conflict,
        createdAt,
        folders,
        files,
        placing: false,
        hidden: [],
      };
      try {
        await assertTarget(await bot(botId), to);
        assertSeen(await bot(botId), { to, files: [...files, ...folders.map((path) => ({ path }))] });
        await assertFree(item, kept);
        await takeRoom(item, kept);
        await told(to, () => keepRecord(item.dir, kept));
      } catch (error) {
        await shelf.drop(item);
        throw error;
      }
      Object.assign(item, { record: kept, received });
      return viewWithFiles(item);
    },

    /** AppError path_unsafe. */
    async taken(botId: BotId, { to, paths }: TakenRequest): Promise<TakenPlace[]> {
      assertPaths(paths);
      return takenBy(await bot(botId), { to, files: paths.map((path) => ({ path })) });
    },

    async list(botId: BotId, owner: string): Promise<TransferView[]> {
      const items = await shelf.list(botId, owner);
      return items.filter(({ kind, status }) => kind === "upload" && status.state === "receiving").map(viewOf);
    },

    async state(botId: BotId, owner: string, id: string): Promise<UploadView> {
      return viewWithFiles(await shelf.find(botId, owner, id));
    },

    /** AppError upload_out_of_order, upload_too_long, chunk_too_big, transfer_gone. */
    async chunk(
      botId: BotId,
      owner: string,
      { transferId, file: number, ...chunk }: { transferId: string; file: number } & Omit<Chunk, "signal">,
    ): Promise<TransferView> {
      const item = await shelf.find(botId, owner, transferId);
      await inTurn(item, async () => {
        const kept = waiting(item);
        const file = kept.files[number];
        if (!file) throw new AppError("not_found", { what: "file of this upload" });
        await takeRoom(item, kept);
        const incoming = { ...file, received: item.received[number] ?? 0 };
        const { signal } = item.stop;
        await told(file.path, () => receiveChunk(`${item.dir}/${number}`, incoming, { ...chunk, signal }));
        item.received[number] = incoming.received;
        item.touched = Date.now();
        item.status = receiving(kept, item.received);
      });
      return viewOf(item);
    },

    /** AppError upload_incomplete, file_exists, files_over_quota: then it waits as before. What goes wrong later is told by its state. */
    async finish(botId: BotId, owner: string, id: string, choice: UploadChoice): Promise<TransferView> {
      const item = await shelf.find(botId, owner, id);
      if (item.status.state !== "receiving") return viewOf(item);
      const asked = await inTurn(item, async () => {
        // Asked twice, of which the other came first.
        if (item.status.state !== "receiving") return undefined;
        const kept = waiting(item);
        const status = receiving(kept, item.received);
        const missing = status.total - status.received;
        if (missing > 0) throw new AppError("upload_incomplete", { missing });
        const asked = decided(kept, choice);
        await assertFree(item, asked);
        // An earlier worker's may all have come before this one began.
        await takeRoom(item, kept);
        item.overwrites = [asked, ...asked.files].some(({ conflict }) => conflict === "overwrite");
        item.status = { state: "working", done: 0, total: status.total };
        return asked;
      });
      if (!asked) return viewOf(item);
      item.stop.signal.throwIfAborted();
      item.work = end(item, placeAll(item, asked), say);
      await aWhile(item.work);
      return viewOf(item);
    },

    /** Goes on with what an earlier worker was placing when it died. */
    async goOn(botId: BotId): Promise<void> {
      for (const item of await shelf.list(botId)) {
        const kept = item.record;
        if (!kept?.placing || item.status.state !== "receiving") continue;
        item.status = { state: "working", done: 0, total: 0 };
        const files = (await bot(botId)).seenBy(kept.hidden);
        item.room = files.quota.room();
        item.work = end(
          item,
          files.alone(() => placeKept(item, kept, files)),
          say,
        );
        await item.work;
      }
    },
  };
}

/** What was announced, with what was decided since. */
function decided(kept: Record, { conflict = kept.conflict, conflicts }: UploadChoice): Record {
  const own = new Map(conflicts.map((one) => [one.path, one.conflict]));
  return { ...kept, conflict, files: kept.files.map((file) => ({ ...file, conflict: own.get(file.path) })) };
}
