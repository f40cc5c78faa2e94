import { setTimeout as sleep } from "node:timers/promises";
import type { BotView } from "#contracts/api/bots";
import type { BotId } from "#contracts/bot";
import type { Api } from "./api";
import type { Panel } from "./panel";
import { lives, type Marked, markedOf } from "./proc";
import { groupBy } from "./records";

/** Something seen while it was going on. */
export type Sighting = { kind: "second copy" | "orphan"; botId: BotId; what: string; at: number };

/** How long something must last to be no passing moment (a shell that is about to find its place taken), ms. */
const LASTS_MS = 1_500;
const EVERY_MS = 1_000;
/** Looks in a row, by one worker, that must agree on an orphan. */
const LOOKS = 4;

const key = ({ pid, began }: Marked) => `${pid} ${began}`;

export type WatchPorts = {
  api: Api;
  panel: Panel;
  isOurs(botId: BotId): boolean;
  deleted: ReadonlyMap<BotId, number>;
  isFrozen(): boolean;
};

/** Looks at the machine's processes all along: is there one bot twice, is there anything that belongs to no live run? */
export async function watch(ports: WatchPorts, over: AbortSignal): Promise<Sighting[]> {
  const seen = new Map<string, Sighting>();
  const suspects = new Map<string, { looks: number; worker: number }>();
  const note = (kind: Sighting["kind"], one: Marked, what: string) => {
    if (!seen.has(`${kind} ${key(one)}`))
      seen.set(`${kind} ${key(one)}`, { kind, botId: one.botId, what, at: Date.now() });
  };

  async function findTwice(): Promise<void> {
    for (const own of groupBy(markedOf(ports.isOurs), ({ botId }) => botId).values()) {
      const newest = Math.max(...own.map(({ run }) => run));
      const older = own.filter(({ run }) => run !== newest);
      if (older.length === 0) continue;
      const newer = own.filter(({ run }) => run === newest);
      await sleep(LASTS_MS);
      for (const one of older)
        if (lives(one) && newer.some(lives))
          note("second copy", one, `process ${one.pid} of run ${one.run} beside run ${newest}`);
    }
  }

  async function findOrphans(): Promise<void> {
    const worker = ports.panel.find("worker");
    if (!worker || ports.isFrozen()) return;
    const before = markedOf(ports.isOurs);
    const views = await ports.api.bots().then(
      ({ bots, workerAway }) => (workerAway ? undefined : new Map(bots.map((bot) => [bot.id, bot]))),
      () => undefined,
    );
    if (!views || !lives(worker) || ports.isFrozen()) return;
    const now = new Set<string>();
    for (const one of before) {
      const why = offence(one, views.get(one.botId), ports.deleted.get(one.botId));
      if (!why || !lives(one)) continue;
      now.add(key(one));
      const known = suspects.get(key(one));
      const looks = known?.worker === worker.pid ? known.looks + 1 : 1;
      suspects.set(key(one), { looks, worker: worker.pid });
      if (looks >= LOOKS) note("orphan", one, `process ${one.pid} of run ${one.run}: ${why}`);
    }
    for (const name of suspects.keys()) if (!now.has(name)) suspects.delete(name);
  }

  while (!over.aborted) {
    await findTwice();
    await findOrphans();
    await sleep(EVERY_MS, undefined, { signal: over }).catch(() => {});
  }
  return [...seen.values()];
}

/** Why a process ought not to be there, by what Botyard says of its bot. */
function offence(one: Marked, view: BotView | undefined, deletedAt: number | undefined): string | undefined {
  if (deletedAt !== undefined) return "its bot was deleted";
  const status = view?.live?.status;
  if (!status) return undefined;
  if (status.state === "stopped" || status.state === "parked" || status.state === "backoff")
    return `its bot is ${status.state}`;
  if ((status.state === "running" || status.state === "starting") && status.run !== one.run)
    return `its bot is in run ${status.run}`;
  return undefined;
}
