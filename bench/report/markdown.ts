import type { Contestant } from "../contestants";
import type { Spread } from "../measure/statistics";
import type { RowResult } from "./results";

/** What stands above the tables, a line of "what: how" each. */
export type Circumstances = readonly (readonly [string, string])[];

const round = (value: number, digits: number) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Median, and from where to where it went. */
export function cell(value: Spread | undefined, digits: number): string {
  if (!value) return "–";
  const middle = round(value.median, digits);
  const [low, high] = [round(value.min, digits), round(value.max, digits)];
  return low === high ? middle : `${middle} (${low}–${high})`;
}

/** How Botyard stands to a peer, in words that read the same whichever is smaller. */
export function ratio(share: number | undefined): string {
  if (share === undefined) return "–";
  if (share === 0) return "0";
  if (share > 1) return `${round(share, share < 10 ? 1 : 0)} ×`;
  const times = 1 / share;
  return times < 1.05 ? "1" : `1/${round(times, times < 10 ? 1 : 0)}`;
}

/** A table; figures stand to the right. */
export const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at === 0 ? "---" : "---:")), ...lines]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");

const verdict = ({ verdicts }: RowResult): string =>
  verdicts.map(({ text, met }) => `${text}: ${met ? "met" : "**missed**"}`).join("; ");

/** How often it was measured: most, and what some columns have less of. */
const repeats = ({ values }: RowResult): string =>
  [...new Set(Object.values(values).map(({ n }) => n))].toSorted((a, b) => b - a).join(", ");

/** The whole of RESULTS.md. */
export function resultsPage(
  rows: readonly RowResult[],
  columns: readonly Contestant[],
  circumstances: Circumstances,
  notes: readonly string[],
): string {
  const shown = columns.filter(({ name }) => rows.some(({ values }) => values[name]));
  const peers = shown.filter(({ name }) => name !== "botyard" && name !== "isolated");
  const labelled = (row: RowResult) => `${row.label}, ${row.unit}`;
  const goals = rows.filter(({ verdicts }) => verdicts.length > 0);
  return [
    "# Results",
    "Written by `npm run bench`; [README.md](README.md) says what each row means and how it is measured.",
    circumstances.map(([what, how]) => `- ${what}: ${how}`).join("\n"),
    ...(notes.length ? ["## Said by the run", notes.map((note) => `- ${note}`).join("\n")] : []),
    "## Measured",
    "Median (least–most). Smaller is better, but for “bots still alive” and “wrote meanwhile”.",
    table(
      ["", ...shown.map(({ label }) => label), "n"],
      rows.map((row) => [labelled(row), ...shown.map(({ name }) => cell(row.values[name], row.digits)), repeats(row)]),
    ),
    "## Botyard as a share of each",
    table(
      ["", ...peers.map(({ label }) => label)],
      rows
        .filter(({ ratios, key }) => Object.keys(ratios).length > 0 && !/written|alive/.test(key))
        .map((row) => [row.label, ...peers.map(({ name }) => ratio(row.ratios[name]))]),
    ),
    "## Goals",
    table(
      ["", "Botyard", "goal"],
      goals.map((row) => [labelled(row), cell(row.values.botyard, row.digits), verdict(row)]),
    ),
    "",
  ].join("\n\n");
}

/** The short table of README.md. */
export function briefTable(rows: readonly RowResult[], columns: readonly Contestant[]): string {
  const shown = columns.filter(
    ({ name }) => name !== "tuned" && rows.some(({ brief, values }) => brief && values[name]),
  );
  return table(
    ["median", ...shown.map(({ label }) => label)],
    rows
      .filter(({ brief }) => brief)
      .map((row) => [
        `${row.label}, ${row.unit}`,
        ...shown.map(({ name }) => {
          const value = row.values[name];
          return value ? round(value.median, row.digits) : "–";
        }),
      ]),
  );
}

const MARKERS = { begin: "<!-- bench -->", end: "<!-- /bench -->" } as const;

/** Puts the table between the markers of a README; undefined when it has none. */
export function placeBrief(readme: string, brief: string): string | undefined {
  const begin = readme.indexOf(MARKERS.begin);
  const end = readme.indexOf(MARKERS.end, begin);
  if (begin < 0 || end < 0) return undefined;
  return `${readme.slice(0, begin + MARKERS.begin.length)}\n${brief}\n${readme.slice(end)}`;
}
