import { AppError } from "#contracts/errors";
import type { History } from "./history";
import type { Folder, Sight } from "./open";
import { type Parts, partsOf, showPath } from "./path";
import { assertNoneHidden, sightAt } from "./sight";
import type { Trash, Trashed } from "./trash";

/* What is known by its path and not reached through folders, for somebody from whom paths are hidden. */

const isHiddenFrom = (sight: Sight, parts: Parts): boolean =>
  parts.some((part, depth) => sightAt(sight, parts.slice(0, depth)).hides(part));

/** History of what they see. */
export function historySeen(history: History, sight: Sight): History {
  const assertSeen = (path: string) => {
    if (isHiddenFrom(sight, partsOf(path))) throw new AppError("file_missing", { path: showPath(path) });
  };
  return {
    ...history,
    async list(path) {
      assertSeen(path);
      return history.list(path);
    },
    async version(path, id) {
      assertSeen(path);
      return history.version(path, id);
    },
  };
}

/** Trash of what they saw; a folder in which something is hidden is listed, but neither put back nor removed by them. */
export function trashSeen(trash: Trash, sight: Sight): Trash {
  const isSeen = ({ path }: Trashed) => !isHiddenFrom(sight, partsOf(path));
  const assertAll = ({ path }: Trashed, home: Folder, item: string) =>
    assertNoneHidden(home, item, sightAt(sight, partsOf(path)));
  return {
    ...trash,
    list: async () => (await trash.list()).filter(isSeen),
    out: (id, use) =>
      trash.out(id, async (entry, home, item) => {
        if (!isSeen(entry)) throw new AppError("trash_gone");
        await assertAll(entry, home, item);
        return use(entry, home, item);
      }),
    empty: () =>
      trash.empty(async (entry, home, item) => {
        if (!isSeen(entry)) return true;
        return assertAll(entry, home, item).then(
          () => false,
          (error: unknown) => {
            if (error instanceof AppError) return true;
            throw error;
          },
        );
      }),
  };
}
