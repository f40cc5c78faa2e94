import type { Done } from "./attacker";

/** The six counts that must be 0. */
export type Zeros = {
  lost: number;
  doubled: number;
  "second copies": number;
  orphans: number;
  "wrong states": number;
  "left stopped": number;
};

export type Report = {
  ok: boolean;
  minutes: number;
  seed: number;
  zeros: Zeros;
  kills: Done["kills"] & { all: number; missed: number; bots: number };
  freezes: number;
  fills: number;
  floods: number;
  commands: { taken: number; refused: number; unknown: number };
  made: number;
  deleted: number;
  visits: number;
  lives: number;
  written: number;
  checked: number;
  /** Told apart from the zeros, because they are said openly: lines in gaps that a mark tells of, ends a full disk kept from being written. */
  apart: {
    "lines in gaps": number;
    "torn lines": number;
    gaps: { outrun: number; bounds: number };
    "unrecorded ends": number;
    "runs no longer kept": number;
  };
  left: readonly string[];
  findings: readonly string[];
  folder: string | null;
};

/** The report as a table for people. */
export function sayReport(report: Report): string {
  const { kills, commands, apart } = report;
  const { all, missed, bots, ...parts } = kills;
  const rows: [string, string | number][] = [
    ["minutes, seed", `${report.minutes}, ${report.seed}`],
    [
      "kills of the panel",
      `${all} (${Object.entries(parts)
        .map(([part, count]) => `${part} ${count}`)
        .join(", ")}; ${missed} found nobody)`,
    ],
    ["kills of bots", bots],
    ["worker stopped, disk filled, floods", `${report.freezes}, ${report.fills}, ${report.floods}`],
    ["commands", `${commands.taken} taken, ${commands.refused} refused, ${commands.unknown} without an answer`],
    ["bots made, deleted", `${report.made}, ${report.deleted}`],
    ["viewers", report.visits],
    ["lives of bots", report.lives],
    ["lines written", report.written],
    ["lines checked", report.checked],
    [
      "lines in gaps that are told of",
      `${apart["lines in gaps"]} (outrun ${apart.gaps.outrun}, bounds ${apart.gaps.bounds})`,
    ],
    ["lines torn by a full disk, somebody else's between", apart["torn lines"]],
    ["ends that a full disk kept from being written", apart["unrecorded ends"]],
    ["runs no longer kept", apart["runs no longer kept"]],
    ...Object.entries(report.zeros),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  const findings = report.findings.slice(0, 60).map((finding) => `  ${finding}`);
  const more = report.findings.length > 60 ? [`  … and ${report.findings.length - 60} more`] : [];
  return [
    table,
    ...(findings.length > 0 ? ["", "What is wrong:", ...findings, ...more] : []),
    "",
    report.ok ? "All is as it must be." : `Not as it must be. Everything is kept in ${report.folder}.`,
  ].join("\n");
}
