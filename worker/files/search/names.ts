import type { FileFind, FileNames } from "#contracts/file-search";
import { createNameMatch } from "./match-name";
import { type InFiles, takeTurn } from "./turn";

type Named = FileNames["names"][number];

/** One turn of a search for names; the best of it. AppError as the jail. */
export async function findNames(
  { text, fuzzy, folders, limit, ...where }: FileFind & InFiles,
  budgetMs: number,
): Promise<FileNames> {
  const match = createNameMatch(text, fuzzy);
  const best = createBest(limit);
  let looked = 0;
  let matched = 0;
  const next = await takeTurn(where, {
    budgetMs,
    look({ path, kind }) {
      if (kind === "folder" && !folders) return undefined;
      looked++;
      const found = match(path);
      if (!found) return undefined;
      matched++;
      best.put({ path, kind, ...found });
      return undefined;
    },
  });
  return { names: best.all(), matched, next, looked };
}

/** Keeps the best so many of all that are put in. */
function createBest(limit: number) {
  let kept: Named[] = [];
  const cut = () => {
    kept = kept
      .sort((a, b) => b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
      .slice(0, limit);
    return kept;
  };
  return {
    put(named: Named) {
      kept.push(named);
      if (kept.length >= limit * 4) cut();
    },
    all: cut,
  };
}
