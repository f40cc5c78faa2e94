import { uniqueBytes } from "../measure/processes";
import { now, sleep, until } from "../measure/time";
import type { Session } from "../systems/system";
import { appsOf, cpuPercent, isOurs, type Work } from "./scenario";

const MB = 1024 * 1024;

/** How idling is measured: only in the first rounds, since it hardly varies, and once all is quiet. */
export type Idle = { rounds: number; forMs: number; settleMs: { ours: number; peers: number } };

export type BulkOptions = {
  count: number;
  idle: Idle;
  /** Beside starting and idling: restart all, stop all; kill the supervisor and see how many it finds again. */
  also: readonly ("restart" | "stop" | "adopt")[];
};

/** Many children that do nothing: how long the commands for all of them take, and what they cost once they are there. */
export const bulk =
  ({ count, idle, also }: BulkOptions) =>
  async ({ contestant, round, child, open, put }: Work): Promise<void> => {
    const ours = isOurs(contestant.name);
    const session = open(appsOf(count, child.argv, "idle"));
    await session.system.boot(session.apps);
    put(`start ${count}`, await session.startedBy("start"));
    // Tuned PM2 differs in its commands only.
    if (contestant.name !== "tuned" && round < idle.rounds) {
      await sleep(ours ? idle.settleMs.ours : idle.settleMs.peers);
      put(`idle cpu ${count}`, await cpuPercent(session, idle.forMs));
      const root = session.system.root();
      const beside = session.helpers().filter((pid) => pid !== root);
      const own = uniqueBytes([root]);
      put(`memory root ${count}`, own / MB);
      put(`memory beside ${count}`, uniqueBytes(beside) / MB / count);
      put(`memory all ${count}`, (uniqueBytes(beside) + own) / MB);
    }
    if (also.includes("restart")) put(`restart ${count}`, await session.startedBy("restart"));
    if (also.includes("adopt") && ours) await adopt(session, put);
    if (also.includes("stop")) put(`stop ${count}`, await session.stopped());
  };

/** The supervisor is killed and started again: until it looks after all of them, and whether any of them was doubled. */
async function adopt(session: Session, put: Work["put"]): Promise<void> {
  const count = session.apps.length;
  process.kill(session.system.root(), "SIGKILL");
  await sleep(200);
  const begun = now();
  await session.system.bootAgain();
  await until("every bot to be adopted", () => session.system.knowsAll(), { everyMs: 5 });
  put(`adopt ${count}`, Number(now() - begun) / 1e6);
  put(`adopt copies ${count}`, session.children().length - count);
}
