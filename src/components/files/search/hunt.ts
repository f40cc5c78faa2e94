import type { FileHits, LineHit } from "#contracts/file-search";

/** What to look for in the text of files, as a person sets it. */
export type HuntWords = {
  text: string;
  regex: boolean;
  exact: boolean;
  /** Only where it stands as a word of its own. */
  word: boolean;
  /** Which files: patterns with commas between; empty: all. */
  names: string;
  /** Also in what was installed: node_modules, .git, venv. */
  everywhere: boolean;
};

export const noWords: HuntWords = { text: "", regex: false, exact: false, word: false, names: "", everywhere: false };

/** Lines found in one file. `more`: there are more in it than are told. */
export type FoundFile = { path: string; hits: readonly LineHit[]; more: boolean };

/** A search in files as it goes on, turn by turn. Never changed in place. */
export type FileHunt = {
  words: HuntWords;
  /** `enough`: it rests, because much was found and nobody asked for more; `broken`: a turn failed. */
  state: "hunting" | "enough" | "cancelled" | "broken" | "done";
  files: readonly FoundFile[];
  lines: number;
  /** Files looked through, and passed over because they are large, no text or closed. */
  looked: number;
  passed: number;
  /** Where to go on. */
  next: string | null;
  /** It rests once it has found so many lines. */
  rest: number;
  failure: unknown;
};

/** It rests after so many lines, until somebody asks for more. */
export const HUNT_REST = 10_000;

export const newHunt = (words: HuntWords): FileHunt => ({
  words,
  state: "hunting",
  files: [],
  lines: 0,
  looked: 0,
  passed: 0,
  next: null,
  rest: HUNT_REST,
  failure: null,
});

/** Takes the answer of a turn in. */
export function takeHits(hunt: FileHunt, { files, looked, passedOver, next }: FileHits): FileHunt {
  const [first, ...others] = files;
  const last = hunt.files.at(-1);
  // A long file comes again with the lines after those that are here.
  const all =
    first && last?.path === first.path
      ? [...hunt.files.slice(0, -1), { ...first, hits: [...last.hits, ...first.hits] }, ...others]
      : [...hunt.files, ...files];
  const lines = hunt.lines + files.reduce((sum, { hits }) => sum + hits.length, 0);
  return {
    ...hunt,
    files: all,
    lines,
    looked: hunt.looked + looked,
    passed: hunt.passed + passedOver.large + passedOver.binary + passedOver.unreadable,
    next,
    state: next === null ? "done" : lines >= hunt.rest ? "enough" : "hunting",
  };
}

/** Goes on after a rest, a cancel or a failure. */
export const huntOn = (hunt: FileHunt): FileHunt =>
  hunt.state === "done" ? hunt : { ...hunt, state: "hunting", failure: null, rest: hunt.lines + HUNT_REST };

/** What the panel is asked for: a whole word is a pattern there. */
export function askFor({ text, regex, exact, word, names, everywhere }: HuntWords) {
  const pattern = word && !regex ? text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : text;
  const edge = (letter: string | undefined) => (regex || /\w/.test(letter ?? "") ? "\\b" : "");
  return {
    text: word ? `${edge(text[0])}(?:${pattern})${edge(text.at(-1))}` : text,
    regex: regex || word,
    exact,
    names,
    everywhere,
  };
}

/** A row of the results: a file, or (`hit`) one of its lines. */
export type HuntRow = { file: FoundFile; hit: LineHit | null };

/** The rows that are shown, those of folded files left out. */
export function rowsOf(files: readonly FoundFile[], folded: ReadonlySet<string>): HuntRow[] {
  const rows: HuntRow[] = [];
  for (const file of files) {
    rows.push({ file, hit: null });
    if (!folded.has(file.path)) for (const hit of file.hits) rows.push({ file, hit });
  }
  return rows;
}
