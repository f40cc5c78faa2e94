/** How well a path answers what was typed: its letters in their order, anywhere; more for letters that follow each other, that begin a
 * part, and for a match in the name. Null: not at all. */
export function score(path: string, typed: string): number | null {
  const text = path.toLowerCase();
  const name = text.lastIndexOf("/") + 1;
  let points = 0;
  let at = -1;
  for (const letter of typed.toLowerCase().replace(/\s/g, "")) {
    const next = text.indexOf(letter, at + 1);
    if (next === -1) return null;
    if (next === at + 1) points += 3;
    if (next === 0 || /[/._\- ]/.test(text[next - 1] ?? "")) points += 4;
    if (next >= name) points += 2;
    at = next;
  }
  return points - text.length / 100;
}

/** The paths that answer best, best first. */
export function best(paths: Iterable<string>, typed: string, limit: number): string[] {
  const found: { path: string; points: number }[] = [];
  for (const path of paths) {
    const points = score(path, typed);
    if (points !== null) found.push({ path, points });
  }
  return found
    .sort((one, other) => other.points - one.points || one.path.localeCompare(other.path, "en"))
    .slice(0, limit)
    .map(({ path }) => path);
}
