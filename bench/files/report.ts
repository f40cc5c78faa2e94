import { type Spread, spread } from "../measure/statistics";
import { type Circumstances, cell, table } from "../report/markdown";
import type { FileRow, Side } from "./rows";

/** Every single measurement: row, then side. */
export type FileSamples = Map<string, Record<Side, number[]>>;

/** The whole of FILES.md. */
export function filesPage(
  rows: readonly FileRow[],
  samples: FileSamples,
  circumstances: Circumstances,
  notes: readonly string[],
): string {
  const lines = rows.flatMap((row) => {
    const sides = samples.get(row.key);
    const own = spread(sides?.botyard ?? []);
    if (!own) return [];
    const peer = spread(sides?.peer ?? []);
    const beside = peer && row.peer ? `${row.peer}: ${cell(peer, row.digits)}` : "–";
    const share = peer ? `${(peer.median / own.median).toFixed(2)} ×` : "–";
    return [[`${row.label}, ${row.unit}`, cell(own, row.digits), beside, share, verdict(row, own, peer), `${own.n}`]];
  });
  return [
    "# Files",
    "Written by `npm run bench -- files`; [README.md](README.md) says what each row means and how it is measured.",
    circumstances.map(([what, how]) => `- ${what}: ${how}`).join("\n"),
    ...(notes.length ? ["## Said by the run", notes.map((note) => `- ${note}`).join("\n")] : []),
    "## Measured",
    "Median (least–most). Smaller is better; of speed, larger is.",
    table(["", "Botyard", "beside", "its speed as a share", "goal", "n"], lines),
    "",
  ].join("\n\n");
}

function verdict({ goal, unit }: FileRow, own: Spread, peer: Spread | undefined): string {
  if (!goal) return "";
  if ("atMost" in goal) return `≤ ${goal.atMost} ${unit}: ${own.max <= goal.atMost ? "met" : "**missed**"}`;
  if (!peer) return "";
  return `≥ ${goal.shareOfSpeed} ×: ${peer.median / own.median >= goal.shareOfSpeed ? "met" : "**missed**"}`;
}
