import type { Name } from "./contestants";
import { bulk } from "./scenarios/bulk";
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
  full: { restart: 100, many: 300, small: [1, 10], floodLines: 1_000_000, runawaySeconds: 12, withinMs: 19.5 * 60_000 },
  quick: { restart: 20, many: 60, small: [], floodLines: 300_000, runawaySeconds: 4, withinMs: 2.9 * 60_000 },
} as const satisfies Record<string, Size>;

const plain: Name[] = ["botyard", "pm2", "supervisord", "runit", "s6"];
const everyone: Name[] = ["botyard", "isolated", "pm2", "tuned", "supervisord", "runit", "s6"];
const untuned: Name[] = everyone.filter((name) => name !== "tuned");

/** Everything that is measured. A round runs each scenario once for each contestant; what has fewer repeats sits out later rounds. */
export function planOf(size: Size, quick: boolean): Scenario[] {
  const times = (repeats: number) => (quick ? 1 : repeats);
  const windows = quick ? { settleMs: 1_000, idleMs: 2_000 } : { settleMs: 1_500, idleMs: 2_000 };
  return [
    {
      name: `${size.many} idle`,
      repeats: times(5),
      who: everyone,
      run: bulk({ count: size.many, ...windows, also: ["adopt", "stop"] }),
    },
    {
      name: `${size.restart} idle`,
      repeats: times(5),
      who: everyone,
      run: bulk({ count: size.restart, ...windows, also: ["restart"] }),
    },
    {
      name: "50 × 100 lines/s",
      repeats: times(5),
      who: untuned,
      run: flow({ count: 50, perSecond: 100, windowMs: quick ? 2_000 : 3_000 }),
    },
    { name: "flood", repeats: times(5), who: untuned, run: flood({ lines: size.floodLines }) },
    { name: "crash", repeats: times(5), who: untuned, run: crash({ count: 10 }) },
    { name: "crash, adopted", repeats: times(5), who: ["botyard", "isolated"], run: crashAdopted({ count: 10 }) },
    {
      name: "Node bots",
      repeats: times(5),
      who: ["botyard", "isolated", "pm2", "supervisord"],
      run: nodes({ count: 8 }),
    },
    ...size.small.map((count) => ({
      name: `${count} idle`,
      repeats: times(5),
      who: plain,
      run: bulk({ count, settleMs: 1_000, idleMs: 2_000, also: [] }),
    })),
    { name: "runaway", repeats: times(2), who: plain, run: runaway({ seconds: size.runawaySeconds }) },
  ];
}
