import type { Contestant, Name } from "../contestants";
import { cpuBetween, cpuOf } from "../measure/processes";
import { msSince, now, sleep } from "../measure/time";
import type { App, Session } from "../systems/system";
import type { Child } from "../workload/child";

/** What a scenario is run with: who, what children, and where its figures go. */
export type Work = {
  contestant: Contestant;
  /** Counted from 0. */
  round: number;
  child: Child;
  /** Opens a session of the contestant, which is ended after the scenario in any case. */
  open(apps: readonly App[], create?: Contestant["create"]): Session;
  /** Takes one measurement of a row. */
  put(row: string, value: number): void;
};

export type Scenario = {
  name: string;
  repeats: number;
  /** Of these not more than so many. */
  fewer?: Partial<Record<Name, number>>;
  who: readonly Name[];
  run(work: Work): Promise<void>;
};

/** Whether it is Botyard, isolated or not. */
export const isOurs = (name: Name): boolean => name === "botyard" || name === "isolated";

/** The children of a session, all alike. Ids are what Botyard asks of a bot's. */
export const appsOf = (
  count: number,
  argv: readonly [string, ...string[]],
  mode: string,
  ...values: readonly (string | number)[]
): App[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `bot${String(at).padStart(7, "0")}`,
    argv,
    mode,
    values: values.map(String),
  }));

/** Percent of one core that the supervisor used while a time went by. */
export async function cpuPercent(session: Session, ms: number): Promise<number> {
  const before = cpuOf(session.helpers());
  const begun = now();
  await sleep(ms);
  return (cpuBetween(before, cpuOf(session.helpers())) / (msSince(begun) / 1e3)) * 100;
}
