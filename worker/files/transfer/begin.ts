import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { BotId } from "#contracts/bot";
import type { OnConflict } from "#contracts/files";
import type { TransferStatus, TransferView } from "#contracts/transfer";
import type { BegunBy } from "../../ports/index";
import type { BotFiles } from "../bot";
import { aWhile, end } from "./finish";
import type { Record } from "./record";
import { type Item, viewOf } from "./shelf";
import type { Means } from "./upload";

/** What work that goes on by itself is known by. */
type Begun = { kind: "extract" | "pack" | "pull"; to: string; conflict: OnConflict };

/** How what goes on by itself begins, and writes what is to get a name later. */
export type Works = ReturnType<typeof createWorks>;

export function createWorks({ shelf, bot, say }: Means) {
  return {
    /** Begins work that goes on by itself; answers when it is over, if that is soon. */
    async begin(
      botId: BotId,
      by: BegunBy,
      { kind, to, conflict }: Begun,
      work: (item: Item, files: BotFiles) => Promise<TransferStatus>,
    ): Promise<TransferView> {
      const files = await bot(botId);
      const status = { state: "working" as const, done: 0, total: 0 };
      const item = await shelf.add(botId, { ...by, kind, to, status, overwrites: conflict === "overwrite" });
      item.room = files.quota.room();
      item.hidden = files.hidden;
      const done = mkdir(item.dir, { recursive: true, mode: 0o700 }).then(() => work(item, files));
      item.work = end(item, done, say);
      await aWhile(item.work);
      return viewOf(item);
    },

    /** Writes what comes to `number` in the item's folder, counted against the bot's room as it comes; for `taken` bytes it has room already. */
    async write(item: Item, number: number, bytes: AsyncIterable<Buffer>, taken = 0): Promise<void> {
      let left = taken;
      async function* counted() {
        for await (const piece of bytes) {
          if (piece.length > left) await item.room?.take(piece.length - left, 0);
          left = Math.max(0, left - piece.length);
          if (item.status.state === "working") item.status = { ...item.status, done: item.status.done + piece.length };
          yield piece;
        }
      }
      const out = createWriteStream(`${item.dir}/${number}`, { flags: "wx", mode: 0o600 });
      await pipeline(counted(), out, { signal: item.stop.signal });
    },

    /** What is written down of an item when all of it is here. */
    recordOf(item: Item, conflict: Record["conflict"], more: Pick<Record, "folders" | "files">): Record {
      const { id, kind, owner, to, createdAt } = item;
      return { id, kind, owner, to, conflict, createdAt, placing: true, hidden: [], ...more };
    },
  };
}
