import type { FileHits, FileSearch } from "#contracts/file-search";
import { compile } from "../../search/pattern";
import { createNameFilter } from "./name-filter";
import { readTextIn } from "./open";
import { createTextSearch } from "./text";
import { type InFiles, takeTurn } from "./turn";

/** One turn of a search in the text of files. AppError bad_input for a pattern that is none; as the jail. */
export async function searchLines(
  { text, regex, exact, names, limit, ...where }: FileSearch & InFiles,
  budgetMs: number,
): Promise<FileHits> {
  const search = createTextSearch(compile({ text, regex, exact }));
  const isMeant = createNameFilter(names);
  const files: FileHits["files"] = [];
  const passedOver = { large: 0, binary: 0, unreadable: 0 };
  let looked = 0;
  let lines = 0;
  const next = await takeTurn(where, {
    budgetMs,
    isFull: () => lines >= limit,
    look({ path, name, kind, folder }, from, isLate) {
      const bytes = kind === "file" && isMeant(path) ? readTextIn(folder, name) : undefined;
      if (bytes === undefined) return undefined;
      if (typeof bytes === "string") {
        passedOver[bytes]++;
        return undefined;
      }
      const { hits, more, left } = search(bytes, from, isLate);
      if (hits.length > 0) files.push({ path, hits, more });
      lines += hits.length;
      if (!left) looked++;
      return left;
    },
  });
  return { files, next, looked, passedOver };
}
