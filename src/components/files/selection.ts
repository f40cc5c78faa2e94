/** What is chosen. `cursor`: the row the keyboard is at; `anchor`: where a range begins. */
export type Selection = { paths: ReadonlySet<string>; cursor: string | null; anchor: string | null };

export const nothing: Selection = { paths: new Set(), cursor: null, anchor: null };

/** One row and no other. */
export const only = (path: string): Selection => ({ paths: new Set([path]), cursor: path, anchor: path });

/** Ctrl: adds or takes away one row. */
export function toggled(before: Selection, path: string): Selection {
  const paths = new Set(before.paths);
  if (!paths.delete(path)) paths.add(path);
  return { paths, cursor: path, anchor: path };
}

/** Shift: from the anchor to a row. `between` knows the rows of a range, in whichever direction. */
export function ranged(
  before: Selection,
  path: string,
  between: (from: string, to: string) => readonly string[],
): Selection {
  const anchor = before.anchor ?? path;
  return { paths: new Set(between(anchor, path)), cursor: path, anchor };
}

/** How a click or key chooses, by what is held down. */
export function chosen(
  before: Selection,
  path: string,
  held: { shift: boolean; ctrl: boolean },
  between: (from: string, to: string) => readonly string[],
): Selection {
  if (held.shift) return ranged(before, path, between);
  return held.ctrl ? toggled(before, path) : only(path);
}
