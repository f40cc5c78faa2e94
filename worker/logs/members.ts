import type { Piece } from "./standing";

/** Bytes of unpacked log that are remembered, in all. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Runs whose pieces are remembered. */
const LISTS = 100;

/** Where a segment turned out to be damaged: [from, to) of the log. */
export type Damage = { from: number; to: number };

/** What was unpacked last, and what cannot be unpacked; keyed by the path of the segment. Shared by all readers of one thread. */
export function createMembers(maxBytes = MAX_BYTES) {
  const kept = new Map<string, Buffer>();
  const damaged = new Map<string, Damage[]>();
  const lists = new Map<string, { key: string; pieces: Piece[] }>();
  let bytes = 0;

  return {
    /** The pieces of a run as long as `key`, which says how its folder stands, is the same. */
    async pieces(runDir: string, key: string, read: () => Promise<Piece[]>): Promise<Piece[]> {
      const known = lists.get(runDir);
      if (known?.key === key) return known.pieces;
      const pieces = await read();
      lists.delete(runDir);
      lists.set(runDir, { key, pieces });
      for (const oldest of lists.keys()) {
        if (lists.size <= LISTS) break;
        lists.delete(oldest);
      }
      return pieces;
    },
    forget: (runDir: string) => void lists.delete(runDir),
    get(path: string, index: number): Buffer | undefined {
      const key = `${path}/${index}`;
      const found = kept.get(key);
      if (!found) return undefined;
      kept.delete(key); // The newest use stands last.
      kept.set(key, found);
      return found;
    },
    put(path: string, index: number, member: Buffer) {
      const key = `${path}/${index}`;
      bytes += member.length - (kept.get(key)?.length ?? 0);
      kept.delete(key);
      kept.set(key, member);
      for (const [oldest, { length }] of kept) {
        if (bytes <= maxBytes) break;
        kept.delete(oldest);
        bytes -= length;
      }
    },
    spoil(path: string, damage: Damage) {
      damaged.set(
        path,
        [...(damaged.get(path) ?? []), damage].sort((a, b) => a.from - b.from),
      );
    },
    damageOf: (path: string): readonly Damage[] => damaged.get(path) ?? [],
  };
}
export type Members = ReturnType<typeof createMembers>;
