import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BotSource } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Detection, ImportKeep, ImportStatus, ImportView, KeptImport } from "#contracts/import";
import type { Incoming } from "../incoming/chunk";

/** An import ends this long after it was last asked for. */
export const KEEP_MS = 60 * 60_000;
/** An upload that sends nothing for this long gives way when its owner wants to begin another. */
const IDLE_MS = 2 * 60_000;
const PER_OWNER = 3;
const REMEMBERED = 1_000;

/** One import, as it is kept in memory. `found` stands once it is ready. */
export type Item = {
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  /** Where everything of it lies: `files` (what becomes the bot's), `incoming` (chunks), `scratch` (git's home). */
  readonly dir: string;
  touched: number;
  status: ImportStatus;
  files: Incoming[];
  readonly stop: AbortController;
  /** Settles when nothing of it is under way any more; never rejects. */
  work: Promise<void>;
  /** A folder that another bot may run in as well. */
  shared?: boolean;
  /** What an import by git is let in with. */
  keep?: ImportKeep;
  /** Begins a job that failed once more. */
  again?: () => Promise<void>;
  found?: { source: BotSource; detection: Detection };
};

/** The host keys that an import by ssh saw first. Beside its folder, which goes when it fails: a retry must meet the same host. */
export const knownHostsOf = ({ dir }: Pick<Item, "dir">): string => `${dir}.known_hosts`;

/** The imports there are, whose they are, and when they end. */
export type Shelf = {
  add(owner: string, status: ImportStatus): Item;
  /** AppError not_found for another's or none, import_gone for one that was. */
  find(owner: string, id: string): Item;
  byId(id: string): Item;
  /** Stops what is under way, removes the files, forgets it. */
  drop(item: Item): Promise<void>;
  /** Forgets it and leaves its files. */
  forget(item: Item): void;
  dropExpired(): void;
  close(): Promise<void>;
};

/** An import as it is told. */
export const viewOf = ({ id, status, createdAt, keep }: Item): ImportView => {
  const publicKey = keep?.credentials.key?.publicKey;
  return { id, status, createdAt, ...(publicKey !== undefined && { publicKey }) };
};

/** The same for the web. */
export const keptOf = (item: Item): KeptImport => ({ ...viewOf(item), ...(item.keep && { keep: item.keep }) });

export function createShelf(dir: string, now: () => number): Shelf {
  const items = new Map<string, Item>();
  const gone = new Map<string, string>();
  const removals = new Set<Promise<void>>();

  function forget(item: Item) {
    if (!items.delete(item.id)) return;
    gone.set(item.id, item.owner);
    const [oldest] = gone.keys();
    if (gone.size > REMEMBERED && oldest !== undefined) gone.delete(oldest);
  }

  function drop(item: Item): Promise<void> {
    forget(item);
    item.stop.abort(new AppError("import_gone"));
    // What cannot be removed now goes when the worker starts again.
    const removal = item.work
      .then(() => rm(knownHostsOf(item), { force: true }))
      .then(() => rm(item.dir, { recursive: true, force: true }))
      .catch(() => undefined)
      .then(() => {
        removals.delete(removal);
      });
    removals.add(removal);
    return removal;
  }

  function dropExpired() {
    for (const item of items.values()) {
      // What is being worked at ends by its own limits.
      if (item.status.state !== "working" && now() - item.touched > KEEP_MS) void drop(item);
    }
  }

  /** Makes room among an owner's imports: ready ones and abandoned uploads give way, oldest first; busy ones do not. */
  function makeRoom(owner: string) {
    const own = [...items.values()].filter((item) => item.owner === owner).sort((a, b) => a.touched - b.touched);
    const ready = own.filter(({ status }) => status.state === "ready" || status.state === "failed");
    for (const item of ready.slice(0, Math.max(0, ready.length + 1 - PER_OWNER))) void drop(item);
    const busy = own.filter(({ status }) => status.state === "receiving" || status.state === "working");
    if (busy.length < PER_OWNER) return;
    const idle = busy.find(({ status, touched }) => status.state === "receiving" && now() - touched > IDLE_MS);
    if (!idle) throw new AppError("import_busy");
    void drop(idle);
  }

  return {
    forget,
    drop,
    dropExpired,
    add(owner, status) {
      dropExpired();
      makeRoom(owner);
      const id = Array.from({ length: 16 }, () => randomInt(36).toString(36)).join("");
      const [createdAt, stop] = [now(), new AbortController()];
      const item: Item = {
        id,
        owner,
        createdAt,
        dir: join(dir, id),
        touched: createdAt,
        status,
        files: [],
        stop,
        work: Promise.resolve(),
      };
      items.set(id, item);
      return item;
    },
    find(owner, id) {
      dropExpired();
      const item = items.get(id);
      if (item?.owner !== owner)
        throw new AppError(gone.get(id) === owner ? "import_gone" : "not_found", { what: "import" });
      item.touched = now();
      return item;
    },
    byId(id) {
      dropExpired();
      const item = items.get(id);
      if (!item) throw new AppError(gone.has(id) ? "import_gone" : "not_found", { what: "import" });
      return item;
    },
    async close() {
      for (const item of items.values()) void drop(item);
      await Promise.all(removals);
    },
  };
}
