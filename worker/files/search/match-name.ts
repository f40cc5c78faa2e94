/** How well a path agrees, and where: more is better. */
export type NameMatch = { score: number; marks: number[] };

/** What makes a match a good one. */
const POINTS = { inName: 100, nameStart: 40, wordStart: 20, joined: 15, gap: -1, length: -0.2 } as const;

/**
 * Says of paths whether a text is in them, whatever its case: as it is, or (`fuzzy`) only its letters in their order, spaces apart. What
 * lies in the name itself is better than in the folders above, the beginning of a word better than its middle, together better than apart.
 */
export function createNameMatch(text: string, fuzzy: boolean): (path: string) => NameMatch | undefined {
  const wanted = fold(fuzzy ? text.replace(/\s+/g, "") : text);
  const marksIn = fuzzy ? inOrder : together;
  return (path) => {
    const folded = fold(path);
    const name = path.lastIndexOf("/") + 1;
    const marks = marksIn(folded, wanted, name) ?? (name === 0 ? undefined : marksIn(folded, wanted, 0));
    return marks && { score: scoreOf(path, name, marks), marks };
  };
}

/** Small letters, in as many characters: where there would be more, the text stays as it is. */
function fold(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

function together(path: string, wanted: string, from: number): number[] | undefined {
  const at = path.indexOf(wanted, from);
  return at === -1 ? undefined : Array.from(wanted, (_, n) => at + n);
}

/** The first stretch that holds the letters in their order, and in it the last of each: they lie as near together as they can. */
function inOrder(path: string, wanted: string, from: number): number[] | undefined {
  let end = from;
  for (let n = 0; n < wanted.length; n++) {
    const at = path.indexOf(wanted.charAt(n), end);
    if (at === -1) return undefined;
    end = at + 1;
  }
  const marks: number[] = [];
  for (let n = wanted.length - 1; n >= 0; n--) {
    end = path.lastIndexOf(wanted.charAt(n), end - 1);
    marks.unshift(end);
  }
  return marks;
}

function scoreOf(path: string, name: number, marks: readonly number[]): number {
  let score = path.length * POINTS.length;
  const [first = 0] = marks;
  if (first >= name) score += POINTS.inName;
  if (first === name) score += POINTS.nameStart;
  for (const [n, mark] of marks.entries()) {
    const gap = mark - (marks[n - 1] ?? mark) - 1;
    if (n > 0) score += gap === 0 ? POINTS.joined : gap * POINTS.gap;
    if (isWordStart(path, mark)) score += POINTS.wordStart;
  }
  return score;
}

function isWordStart(path: string, at: number): boolean {
  const before = path.charAt(at - 1);
  if (before === "" || /[/\\\-_. ]/.test(before)) return true;
  return /\p{Ll}/u.test(before) && /\p{Lu}/u.test(path.charAt(at));
}
