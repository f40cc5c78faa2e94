import { type Cell, cell } from "#client/live/cell";
import type { FileEntry, FolderPage, FolderQuery } from "#contracts/files";
import { nameOf, parentOf } from "./paths";

/** Rows asked for at once. */
export const PAGE = 500;

export type Order = Pick<FolderQuery, "path" | "order" | "descending">;

/** What is known of one folder in one order: how many rows it has, and those pages that are here. */
export type Folder = {
  order: Order;
  etag: string | null;
  total: number;
  pages: ReadonlyMap<number, readonly FileEntry[]>;
  failure: unknown;
};

export const keyOf = ({ path, order, descending }: Order): string => `${order}${descending ? "-" : "+"}/${path}`;

/** The order of the tree. */
export const byName = (path: string): Order => ({ path, order: "name", descending: false });

export const entryAt = (folder: Folder, index: number): FileEntry | undefined =>
  folder.pages.get(Math.floor(index / PAGE))?.[index % PAGE];

/** Takes a page in. A page of another state of the folder drops all pages of the old one. */
export function takePage(before: Folder, number: number, page: FolderPage): Folder {
  const pages = new Map(page.etag === before.etag ? before.pages : []);
  pages.set(number, page.entries);
  return { order: before.order, etag: page.etag, total: page.total, pages, failure: null };
}

type List = (query: Order & { offset: number; limit: number }) => Promise<FolderPage>;

/**
 * The folders of one bot as far as somebody looked: pages are fetched when wanted, and stay until their folder is read again. A new map
 * after every change.
 */
export class Folders {
  readonly held: Cell<ReadonlyMap<string, Folder>> = cell(new Map());
  readonly #list: List;
  readonly #asked = new Map<string, number>();
  #round = 0;

  constructor(list: List) {
    this.#list = list;
  }

  /** Sees to it that these rows are here, or come. */
  want(order: Order, first = 0, last = first): void {
    const folder = this.held.get().get(keyOf(order));
    for (let number = Math.floor(first / PAGE); number <= Math.floor(last / PAGE); number++) {
      if (!folder?.pages.has(number) && folder?.failure == null) void this.#fetch(order, number);
    }
  }

  /** Reads again what is known of a folder, in whatever order; the rows stay until the new ones are here. Resolves once they are. */
  async again(path: string): Promise<void> {
    const known = [...this.held.get().values()].filter(({ order }) => order.path === path);
    this.#round += 1;
    await Promise.all(
      known.map(async ({ order, pages }) => {
        const [first = 0, ...others] = [...pages.keys()];
        await this.#fetch(order, first);
        // Whether the others are still true, the first has shown: with another etag they are gone, and come when wanted.
        const now = this.held.get().get(keyOf(order));
        await Promise.all(
          others.filter((number) => now?.pages.has(number)).map((number) => this.#fetch(order, number)),
        );
      }),
    );
  }

  /** Reads every known folder again. */
  async allAgain(): Promise<void> {
    await Promise.all(
      [...new Set([...this.held.get().values()].map(({ order }) => order.path))].map((path) => this.again(path)),
    );
  }

  /** What is known of something at a path, in whatever order it was listed. */
  entryOf(path: string): FileEntry | undefined {
    const name = nameOf(path);
    for (const { order, pages } of this.held.get().values()) {
      if (order.path !== parentOf(path)) continue;
      for (const page of pages.values()) {
        const entry = page.find((one) => one.name === name);
        if (entry) return entry;
      }
    }
    return undefined;
  }

  async #fetch(order: Order, number: number): Promise<void> {
    const key = keyOf(order);
    const asked = `${number}/${key}`;
    const round = this.#round;
    if (this.#asked.get(asked) === round) return;
    this.#asked.set(asked, round);
    try {
      const page = await this.#list({ ...order, offset: number * PAGE, limit: PAGE });
      // Somebody asked anew meanwhile: that answer counts.
      if (this.#asked.get(asked) === round) this.#put(key, takePage(this.#folder(order), number, page));
    } catch (failure) {
      if (this.#asked.get(asked) === round) this.#put(key, { ...this.#folder(order), failure });
    } finally {
      if (this.#asked.get(asked) === round) this.#asked.delete(asked);
    }
  }

  #folder(order: Order): Folder {
    return this.held.get().get(keyOf(order)) ?? { order, etag: null, total: 0, pages: new Map(), failure: null };
  }

  #put(key: string, folder: Folder): void {
    this.held.set(new Map(this.held.get()).set(key, folder));
  }
}
