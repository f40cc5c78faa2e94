import { rm } from "node:fs/promises";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { type TransferStatus, type TransferView, UPLOAD_KEEP_MS } from "#contracts/transfer";
import { randomName } from "../names";
import type { Room } from "../quota";
import { type Record, readRecords } from "./record";

/** A transfer as it is kept in memory. */
export type Item = {
  readonly id: string;
  readonly botId: BotId;
  readonly owner: string;
  readonly kind: TransferView["kind"];
  readonly to: string;
  readonly createdAt: number;
  /** What the one file is called that it is about, once that is known. */
  name?: string;
  /** Where its files lie until they are whole: bots/<id>/uploads/<id>. */
  readonly dir: string;
  touched: number;
  status: TransferStatus;
  readonly stop: AbortController;
  /** Settles when nothing of it is under way any more; never rejects. */
  work: Promise<void>;
  /** What is written down of it, and how much of each file is here. */
  record?: Record;
  received: number[];
  /** What was taken of the bot's room for it. */
  room?: Room;
  /** Whether it may take the place of what is there. */
  overwrites: boolean;
  /** Patterns of paths that do not exist for its owner, as it is worked at. */
  hidden: readonly string[];
  /** The API key that it was begun by, where it goes on by itself: chunks come with one of their own. */
  readonly keyId?: string;
};

/** What is over is told for so long, ms. */
const TOLD_MS = 60 * 60_000;
/** Of one bot under way at once. An upload of which nothing came for so long, ms, gives way to another beyond that. */
const PER_BOT = 10;
const IDLE_MS = 10 * 60_000;

/** A transfer as it is told. */
export const viewOf = ({ id, kind, to, name, status, createdAt }: Item): TransferView => ({
  id,
  kind,
  to,
  name,
  status,
  createdAt,
});

/** What is new: the rest of an item follows from it. */
export type NewItem = Pick<Item, "owner" | "kind" | "to" | "status" | "overwrites" | "keyId">;

export type Shelf = ReturnType<typeof createShelf>;

/** The transfers of all bots. Those of a bot are read from the disk when they are first asked for. */
export function createShelf({ botsDir, now }: { botsDir: string; now: () => number }) {
  const bots = new Map<BotId, Promise<Map<string, Item>>>();
  const removals = new Set<Promise<void>>();
  const folderOf = (botId: BotId) => `${botsDir}/${botId}/uploads`;

  function of(botId: BotId): Promise<Map<string, Item>> {
    const known = bots.get(botId);
    if (known) return known;
    const reading = read(botId);
    bots.set(botId, reading);
    // Asked for again it is read again.
    reading.catch(() => bots.delete(botId));
    return reading;
  }

  async function read(botId: BotId): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    for (const { record, dir, received, touched } of await readRecords(folderOf(botId))) {
      const { id, owner, kind, to, createdAt } = record;
      const overwrites = record.conflict === "overwrite";
      const item = blank(botId, id, { owner, kind, to, status: receiving(record, received), overwrites }, createdAt);
      // What was not whole when its worker died is not gone on with, unless somebody sends the rest.
      if (kind !== "upload" && !record.placing) await rm(dir, { recursive: true, force: true });
      else items.set(id, { ...item, record, received, touched });
    }
    return items;
  }

  const blank = (botId: BotId, id: string, begun: NewItem, createdAt = now()): Item => ({
    ...begun,
    id,
    botId,
    createdAt,
    dir: `${folderOf(botId)}/${id}`,
    touched: now(),
    stop: new AbortController(),
    work: Promise.resolve(),
    received: [],
    hidden: [],
  });

  /** Stops what is under way, removes what it left and forgets it. */
  async function drop(item: Item, why = new AppError("transfer_gone")): Promise<void> {
    (await of(item.botId)).delete(item.id);
    item.stop.abort(why);
    const removal = item.work.then(() => clear(item)).finally(() => removals.delete(removal));
    removals.add(removal);
    return removal;
  }

  async function sweep(): Promise<void> {
    for (const items of await Promise.all(bots.values())) {
      for (const item of items.values()) {
        if (item.status.state === "working") continue;
        const keep = item.status.state === "receiving" ? UPLOAD_KEEP_MS : TOLD_MS;
        if (now() - item.touched > keep) await drop(item);
      }
    }
  }

  const isLive = ({ status: { state } }: Item): boolean => state === "receiving" || state === "working";

  return {
    drop,
    sweep,
    /** Ends what is under way: what is worked at is told to have failed, and what waits for more is forgotten. */
    stop(item: Item, why: AppError): void {
      if (item.status.state === "working") item.stop.abort(why);
      else void drop(item, why);
    },
    /** What is under way of all bots asked about so far, of one owner's or of all. */
    async live(owner?: string): Promise<Item[]> {
      const all = await Promise.all(bots.values());
      return all
        .flatMap((items) => [...items.values()])
        .filter((item) => isLive(item) && (owner === undefined || item.owner === owner));
    },
    /** Ends all that a bot has; settles when nothing of it is under way any more. */
    async forget(botId: BotId): Promise<void> {
      await Promise.all([...(await of(botId)).values()].map((item) => drop(item)));
      bots.delete(botId);
    },
    /** AppError transfer_busy. */
    async add(botId: BotId, begun: NewItem): Promise<Item> {
      await sweep();
      const items = await of(botId);
      const busy = [...items.values()].filter(isLive);
      if (busy.length >= PER_BOT) {
        const waiting = busy.filter(({ status, touched }) => status.state === "receiving" && now() - touched > IDLE_MS);
        const [idle] = waiting.toSorted((one, other) => one.touched - other.touched);
        if (!idle) throw new AppError("transfer_busy");
        items.delete(idle.id);
        void drop(idle);
      }
      const item = blank(botId, randomName(), begun);
      items.set(item.id, item);
      return item;
    },
    /** Of one owner, or of all when it is not said. */
    async list(botId: BotId, owner?: string): Promise<Item[]> {
      await sweep();
      return [...(await of(botId)).values()].filter((item) => owner === undefined || item.owner === owner);
    },
    /** AppError transfer_gone, for another's as well. */
    async find(botId: BotId, owner: string, id: string): Promise<Item> {
      await sweep();
      const item = (await of(botId)).get(id);
      if (item?.owner !== owner) throw new AppError("transfer_gone");
      return item;
    },
    /** What is under way is stopped, and what is on the disk stays for the next worker. */
    async close(): Promise<void> {
      for (const items of await Promise.all(bots.values())) {
        for (const item of items.values()) item.stop.abort(new AppError("transfer_gone"));
        await Promise.all([...items.values()].map(({ work }) => work));
      }
      await Promise.all(removals);
    },
  };
}

/** Removes what a transfer has on the disk, and gives back its room. What cannot be removed now goes with the next worker. */
export async function clear(item: Item): Promise<void> {
  await rm(item.dir, { recursive: true, force: true }).catch(() => undefined);
  item.room?.close();
}

/** How far an upload is. */
export const receiving = ({ files }: Pick<Record, "files">, received: readonly number[]) => ({
  state: "receiving" as const,
  received: received.reduce((sum, bytes) => sum + bytes, 0),
  total: files.reduce((sum, { size }) => sum + size, 0),
});
