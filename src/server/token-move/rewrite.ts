import { TOKEN_KEY } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { showPath } from "#contracts/files";
import { tokensIn } from "#contracts/token";
import type { LineChange, TokenPlan } from "#contracts/token-move";
import { languageOf } from "./languages";

/** What becomes of a file whose token moves into a variable. */
export type Rewrite = Pick<TokenPlan, "changes" | "why" | "reads"> & {
  /** The token itself: sealed at once, told to nobody. */
  token: string;
  /** The whole new text; null when the file is left as it is. */
  text: string | null;
};

/** The token in a line. AppError token_gone. */
export function tokenAt(path: string, text: string, line: number): string {
  const { value } = tokensIn(text.split("\n")[line - 1] ?? "").next();
  if (!value) throw new AppError("token_gone", { path: showPath(path), line });
  return value.token;
}

/** The variable's name that the file itself gives the token in a line, as a `.env` does; else DISCORD_TOKEN. */
export const nameAt = (path: string, text: string, line: number): string =>
  languageOf(path).nameIn?.(text.split("\n")[line - 1] ?? "") ?? TOKEN_KEY;

/**
 * Puts what reads a variable in the place of a token, where it is certain that this is what the line then does; everywhere else the file
 * is left as it is. AppError token_gone.
 */
export function rewrite(path: string, text: string, line: number, key: string): Rewrite {
  const token = tokenAt(path, text, line);
  const language = languageOf(path);
  const lines = text.split("\n");
  const now = lines[line - 1] ?? "";
  const end = now.endsWith("\r") ? "\r" : "";
  const asked = { lines, at: line - 1, line: end ? now.slice(0, -1) : now, token, key };
  const found = language.rewrite(asked);
  const left = { token, reads: language.reads(key), text: null, changes: [] };
  if (typeof found === "string") return { ...left, why: found };
  // A second one in the line: what is left of it would still be a token.
  if (found.line !== null && !tokensIn(found.line).next().done) return { ...left, why: "unsure" };
  const after = found.line === null ? [] : [`${found.line}${end}`];
  const next = lines.toSpliced(line - 1, 1, ...after);
  const cover = (one: string) => coveredLine(one.replace(/\r$/, ""));
  const changes: LineChange[] = [{ line, before: [cover(now)], after: after.map(cover) }];
  if (found.insert) {
    next.splice(found.insert.at, 0, `${found.insert.line}${end}`);
    changes.unshift({ line: found.insert.at + 1, before: [], after: [found.insert.line] });
  }
  return { token, reads: language.reads(key), why: null, changes, text: next.join("\n") };
}

/** Longest line that is shown whole, characters. */
const SHOWN = 300;

/** A line as it may be shown. */
function coveredLine(line: string): string {
  let covered = line;
  for (const { token } of tokensIn(line)) covered = covered.replaceAll(token, "••••••••");
  return covered.length > SHOWN ? `${covered.slice(0, SHOWN)}…` : covered;
}
