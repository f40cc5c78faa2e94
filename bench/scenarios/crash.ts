import { sleep, until } from "../measure/time";
import { PAUSE_MS } from "../systems/botyard";
import type { App, Session } from "../systems/system";
import { awayMs } from "../workload/records";
import { appsOf, isOurs, type Work } from "./scenario";

/** A bot that lived for longer than the shortest life that peers forgive ends with 1: until its next life begins. */
const LIFE_MS = { first: 1_300, adopted: 3_600 } as const;
/** They end one after another: it is one restart that is measured. */
const APART_MS = 80;

const mortals = (count: number, argv: App["argv"], lifeMs: number): App[] =>
  appsOf(count, argv, "once").map((app, at) => ({ ...app, values: [String(lifeMs + at * APART_MS)] }));

/** First crash to restart, the pause that was asked for taken off. */
export const crash =
  ({ count }: { count: number }) =>
  async ({ contestant, child, open, put }: Work): Promise<void> => {
    const asked = isOurs(contestant.name) ? PAUSE_MS : 0;
    const session = open(mortals(count, child.argv, LIFE_MS.first));
    await session.system.boot(session.apps);
    await session.startedBy("start");
    for (const ms of await away(session)) put("crash", ms - asked);
  };

/** The same for bots that a worker adopted from one that was killed. */
export const crashAdopted =
  ({ count }: { count: number }) =>
  async ({ child, open, put }: Work): Promise<void> => {
    const session = open(mortals(count, child.argv, LIFE_MS.adopted));
    await session.system.boot(session.apps);
    await session.startedBy("start");
    await sleep(500);
    process.kill(session.system.root(), "SIGKILL");
    await sleep(200);
    await session.system.bootAgain();
    for (const ms of await away(session)) put("crash adopted", ms - PAUSE_MS);
  };

const away = (session: Session): Promise<number[]> =>
  until(
    "every child to be back",
    () => {
      const times = session.apps.flatMap(({ id }) => awayMs(session.records(id)) ?? []);
      return times.length === session.apps.length && times;
    },
    { withinMs: 30_000, everyMs: 50 },
  );
