/** A stretch of a text, in characters: [from, to). */
export type Stretch = readonly [from: number, to: number];

/** Finds where a pattern matches in a text. */
export type Finder = (text: string) => readonly Stretch[];

/** A line of 16,000 letters may hold as many matches; so many are shown. */
const MOST = 50;
/** Letters of a long line that are shown around its first match. */
const AROUND = 320;

/** Finds a text as it is, as the search does. */
export function finderOf(wanted: string, exact: boolean): Finder {
  const fold = exact ? (text: string) => text : (text: string) => text.toLowerCase();
  const needle = fold(wanted);
  return (text) => {
    const folded = fold(text);
    // A letter or two of the world's become more when lowered: then nobody knows where they stand in the text.
    if (needle === "" || folded.length !== text.length) return [];
    const found: Stretch[] = [];
    for (
      let at = folded.indexOf(needle);
      at !== -1 && found.length < MOST;
      at = folded.indexOf(needle, at + needle.length)
    )
      found.push([at, at + needle.length]);
    return found;
  };
}

/** Finds what RE2's syntax says, with the engine that the search has: no pattern makes it slow. Null for what is no pattern. */
export async function patternFinder(pattern: string, exact: boolean): Promise<Finder | null> {
  const { RE2JS } = await import("re2js");
  try {
    const compiled = RE2JS.compile(pattern, exact ? 0 : RE2JS.CASE_INSENSITIVE);
    return (text) => {
      const found: Stretch[] = [];
      const matcher = compiled.matcher(text);
      while (found.length < MOST && matcher.find())
        if (matcher.end() > matcher.start()) found.push([matcher.start(), matcher.end()]);
      return found;
    };
  } catch {
    return null;
  }
}

/** A text in pieces, those that matched marked; of a long one what stands around its first match. */
export function pieces(text: string, found: readonly Stretch[]): { text: string; hit: boolean }[] {
  const first = found[0]?.[0] ?? 0;
  const from = text.length <= AROUND ? 0 : Math.max(0, first - AROUND / 4);
  const to = Math.min(text.length, from + AROUND);
  const parts: { text: string; hit: boolean }[] = [];
  const put = (begin: number, end: number, hit: boolean) => {
    if (end > begin) parts.push({ text: text.slice(begin, end), hit });
  };
  let at = from;
  for (const [begin, end] of found) {
    if (begin >= to) break;
    put(at, Math.max(at, begin), false);
    put(Math.max(at, begin), Math.min(to, end), true);
    at = Math.max(at, Math.min(to, end));
  }
  put(at, to, false);
  if (from > 0) parts.unshift({ text: "…", hit: false });
  if (to < text.length) parts.push({ text: "…", hit: false });
  return parts;
}
