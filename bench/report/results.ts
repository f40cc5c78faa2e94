import { type Name, names } from "../contestants";
import { type Spread, spread } from "../measure/statistics";
import { type Goal, type Row, sourceOf } from "./rows";

/** Every single measurement: row, then column. */
export type Samples = Map<string, Map<Name, number[]>>;

export type GoalResult = Goal & { met: boolean; text: string };
export type RowResult = Row & {
  values: Partial<Record<Name, Spread>>;
  /** Botyard's median as a share of each peer's. */
  ratios: Partial<Record<Name, number>>;
  verdicts: GoalResult[];
};

/** Takes one measurement. */
export function add(samples: Samples, key: string, name: Name, value: number): void {
  const row = samples.get(key) ?? new Map<Name, number[]>();
  samples.set(key, row);
  row.set(name, [...(row.get(name) ?? []), value]);
}

/** Medians, spreads, ratios and verdicts of every row that was measured at all. */
export function summarize(rows: readonly Row[], samples: Samples): RowResult[] {
  return rows.flatMap((row) => {
    const measured = samples.get(sourceOf(row.key));
    if (!measured) return [];
    const values: RowResult["values"] = {};
    for (const name of names) {
      const found = spread(measured.get(name) ?? []);
      if (found) values[name] = found;
    }
    const own = values.botyard?.median;
    const ratios: RowResult["ratios"] = {};
    for (const name of names.filter((name) => name !== "botyard")) {
      const peer = values[name]?.median;
      if (own !== undefined && peer !== undefined && peer > 0) ratios[name] = own / peer;
    }
    const verdicts = row.goals.flatMap((goal) => judge(goal, row, values) ?? []);
    return [{ ...row, values, ratios, verdicts }];
  });
}

/** Undefined when one side was not measured. */
function judge(goal: Goal, row: Row, values: RowResult["values"]): GoalResult | undefined {
  const own = values.botyard?.median;
  if (own === undefined) return undefined;
  if (goal.of === undefined) {
    // Of what must not happen at all, the worst run counts.
    const worst = goal.atMost === 0 ? (values.botyard?.max ?? own) : own;
    return { ...goal, met: worst <= goal.atMost, text: `≤ ${goal.atMost} ${row.unit}` };
  }
  const peer = values[goal.of]?.median;
  if (peer === undefined) return undefined;
  const share = goal.atMost < 1 ? `1/${Math.round(1 / goal.atMost)}` : `${goal.atMost} ×`;
  return { ...goal, met: own <= peer * goal.atMost, text: `≤ ${share} of ${goal.of}` };
}
