import { LINES_A_FILE, type TokenLines, type TokenSearch } from "#contracts/file-search";
import { tokensIn } from "#contracts/token";
import { readTextIn } from "./open";
import { type InFiles, takeTurn } from "./turn";

/** One turn of looking for Discord tokens: where they stand, never what they are. AppError as the jail. */
export async function findTokens(where: TokenSearch & InFiles, budgetMs: number): Promise<TokenLines> {
  const files: TokenLines["files"] = [];
  const passedOver = { large: 0, binary: 0, unreadable: 0 };
  let looked = 0;
  const next = await takeTurn(where, {
    budgetMs,
    look({ path, name, kind, folder }) {
      const bytes = kind === "file" ? readTextIn(folder, name) : undefined;
      if (bytes === undefined) return undefined;
      if (typeof bytes === "string") {
        passedOver[bytes]++;
        return undefined;
      }
      looked++;
      const lines = linesOf(bytes.toString("latin1"));
      const told = lines.slice(0, LINES_A_FILE);
      if (told.length > 0) files.push({ path, lines: told, more: told.length < lines.length });
      return undefined;
    },
  });
  return { files, next, looked, passedOver };
}

/** Numbers of the lines with a token, each once; one more than are told at most. */
function linesOf(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let counted = 0;
  for (const { at } of tokensIn(text)) {
    for (let newline = text.indexOf("\n", counted); newline !== -1 && newline < at; ) {
      line++;
      counted = newline + 1;
      newline = text.indexOf("\n", counted);
    }
    if (lines.at(-1) !== line) lines.push(line);
    if (lines.length > LINES_A_FILE) break;
  }
  return lines;
}
