/** What was typed into a bot, oldest first, and where the viewer stands in it (`lines.length`: at the line being typed). */
export type History = { lines: readonly string[]; at: number; draft: string };

const MOST = 100;

export const emptyHistory: History = { lines: [], at: 0, draft: "" };

/** Takes a sent line in; the same twice in a row counts once. */
export function remember(history: History, line: string): History {
  const lines = line === "" || history.lines.at(-1) === line ? history.lines : [...history.lines, line].slice(-MOST);
  return { lines, at: lines.length, draft: "" };
}

/** One step back; what is being typed is kept as the draft. Null at the oldest line. */
export function older(history: History, typed: string): { history: History; text: string } | null {
  const at = history.at - 1;
  const text = history.lines[at];
  if (text === undefined) return null;
  const draft = history.at === history.lines.length ? typed : history.draft;
  return { history: { ...history, at, draft }, text };
}

/** One step forward, at the end back to the draft. Null when there already. */
export function newer(history: History): { history: History; text: string } | null {
  if (history.at >= history.lines.length) return null;
  const at = history.at + 1;
  return { history: { ...history, at }, text: history.lines[at] ?? history.draft };
}

/** The lines of a pasted text; a newline at its end makes no line of its own. */
export const pastedLines = (text: string): string[] => text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
