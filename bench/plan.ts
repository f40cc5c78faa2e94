import { type Name, names } from "./contestants";
import { type BulkOptions, bulk } from "./scenarios/bulk";
import { crash, crashAdopted } from "./scenarios/crash";
import { flood, runaway } from "./scenarios/flood";
import { flow } from "./scenarios/flow";
import { nodes } from "./scenarios/nodes";
import type { Scenario } from "./scenarios/scenario";

/** How much is measured. Rows are named by these numbers, so that a quick run never passes for a whole one. */
export type Size = {
  /** Children of the commands for all: restart, and start and stop. */
  restart: number;
  many: number;
  small: readonly number[];
  floodLines: number;
  runawaySeconds: number;
  withinMs: number;
};

export const sizes = {
  full: { restart: 100, many: 300, small: [1, 10], floodLines: 500_000, runawaySeconds: 8, withinMs: 19.5 * 60_000 },
  quick: { restart: 40, many: 40, small: [], floodLines: 300_000, runawaySeconds: 3, withinMs: 2.9 * 60_000 },
} as const satisfies Record<string, Size>;

const main: Name[] = ["botyard", "pm2", "supervisord", "runit", "s6"];
/** Columns that stand beside: fewer repeats of them leave time for the rest. */
const fewer: Scenario["fewer"] = { isolated: 3, tuned: 1 };

/** Everything that is measured. A round runs each scenario once for each contestant; what has fewer repeats sits out later rounds. */
export function planOf(size: Size, quick: boolean): Scenario[] {
  const times = (repeats: number) => (quick ? 1 : repeats);
  const isolated: Name[] = quick ? main : ["botyard", "isolated", ...main.slice(1)];
  const idle = { rounds: 2, forMs: 2_000, settleMs: { ours: 1_000, peers: 1_000 } };
  // A worker looks closely at whoever is younger than some five seconds; hundreds are all young at once. Peers have no such thing.
  const crowd = quick ? idle : { ...idle, settleMs: { ours: 9_000, peers: 1_500 } };
  const many = (also: BulkOptions["also"]): Scenario => ({
    name: `${size.many} idle`,
    repeats: times(5),
    fewer,
    who: names,
    run: bulk({ count: size.many, idle: crowd, also }),
  });
  const bulks: Scenario[] =
    size.restart === size.many
      ? [many(["restart", "adopt", "stop"])]
      : [
          many(["adopt", "stop"]),
          {
            name: `${size.restart} idle`,
            repeats: times(5),
            fewer,
            who: names,
            run: bulk({ count: size.restart, idle: { ...crowd, rounds: 1 }, also: ["restart"] }),
          },
        ];
  const windowMs = quick ? 1_000 : 2_000;
  return [
    ...bulks,
    {
      name: "50 × 100 lines/s",
      repeats: times(5),
      fewer,
      who: isolated,
      run: flow({ count: 50, perSecond: 100, windowMs, settleMs: { ours: quick ? 1_000 : 6_000, peers: 1_000 } }),
    },
    { name: "flood", repeats: times(5), fewer, who: isolated, run: flood({ lines: size.floodLines }) },
    { name: "crash", repeats: times(3), fewer, who: isolated, run: crash({ count: 10 }) },
    {
      name: "crash, adopted",
      repeats: times(3),
      fewer,
      who: isolated.filter((name) => name === "botyard" || name === "isolated"),
      run: crashAdopted({ count: 10 }),
    },
    {
      name: "Node bots",
      repeats: times(2),
      who: ["botyard", "isolated", "pm2", "supervisord"],
      run: nodes({ count: 8 }),
    },
    ...size.small.map((count) => ({
      name: `${count} idle`,
      repeats: 1,
      who: main,
      run: bulk({ count, idle, also: [] }),
    })),
    {
      name: "runaway",
      repeats: times(2),
      fewer: { pm2: 1, supervisord: 1, runit: 1, s6: 1 },
      who: main,
      run: runaway({ seconds: size.runawaySeconds }),
    },
  ];
}
