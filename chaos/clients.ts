import { setTimeout as sleep } from "node:timers/promises";
import type { BotId } from "#contracts/bot";
import type { Command } from "#contracts/process";
import { type Api, Refused } from "./api";
import { type Hired, hire } from "./crew";
import type { Member } from "./fleet";
import type { Given, Outcome } from "./ledger";
import type { Order } from "./plan";

/** A place for a bot that comes and goes. `lost`: nobody can say whether it is there. */
type Slot = { member: Member; folder: { path: string; records: string }; bot: BotId | undefined; busy: boolean };

/** The people who command the panel, and what came of it. */
export type Clients = {
  readonly given: readonly Given[];
  readonly counts: { taken: number; refused: number; unknown: number; made: number; deleted: number };
  /** Ids of bots of the slots, past and present; those in `deleted` are gone for sure since then (ms). */
  readonly passing: ReadonlySet<BotId>;
  readonly deleted: ReadonlyMap<BotId, number>;
  command(bot: number, command: Command): Promise<void>;
  flood(flooder: number, lines: number, length: number): Promise<boolean>;
  /** Follows a list of orders until it is over. */
  serve(orders: Iterator<Order>, over: AbortSignal): Promise<void>;
};

/** An answer that says that nothing was done. The rest of the refusals (a database or worker that went away) may come after the deed. */
const untouched = new Set(["command_refused", "not_found", "start_budget_spent", "bad_input"]);

const judge = (error: unknown): Outcome =>
  error instanceof Refused && untouched.has(error.code) ? "refused" : "unknown";

export function createClients(ports: {
  api: Api;
  crew: readonly Hired[];
  slots: readonly Pick<Slot, "member" | "folder">[];
  say(line: string): void;
}): Clients {
  const { api, crew, say } = ports;
  const slots: Slot[] = ports.slots.map((slot) => ({ ...slot, bot: undefined, busy: false }));
  const given: Given[] = [];
  const counts = { taken: 0, refused: 0, unknown: 0, made: 0, deleted: 0 };
  const passing = new Set<BotId>();
  const deleted = new Map<BotId, number>();

  function note(botId: BotId, command: Command, from: number, outcome: Outcome): void {
    given.push({ botId, command, from, to: performance.now(), outcome });
    counts[outcome] += 1;
    const name = crew.find(({ id }) => id === botId)?.member.name;
    say(`  ${command} of ${name}: ${outcome} after ${Math.round(performance.now() - from)} ms`);
  }

  const idOf = (bot: number): BotId | undefined => crew[bot]?.id;

  async function command(bot: number, what: Command): Promise<void> {
    const id = idOf(bot);
    if (id === undefined) return;
    const from = performance.now();
    const outcome = await api.command(id, what).then((): Outcome => "taken", judge);
    note(id, what, from, outcome);
  }

  async function commandMany(bots: readonly number[], what: Command): Promise<void> {
    const ids = bots.flatMap((bot) => idOf(bot) ?? []);
    const from = performance.now();
    const results = await api.commandMany(ids, what).then(
      (answer) => answer.results,
      () => [],
    );
    for (const id of ids) {
      const result = results.find(({ botId }) => botId === id);
      const failed = result?.outcome === "failed" && (untouched.has(result.code) ? "refused" : "unknown");
      note(
        id,
        what,
        from,
        result?.outcome === "done" ? "taken" : result?.outcome === "skipped" ? "refused" : failed || "unknown",
      );
    }
  }

  async function make(slot: Slot): Promise<void> {
    if (slot.busy) return;
    slot.busy = true;
    try {
      if (slot.bot === undefined) await appear(slot);
      else await vanish(slot, slot.bot);
    } catch (error) {
      say(`${slot.member.name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      slot.busy = false;
    }
  }

  async function appear(slot: Slot): Promise<void> {
    // A making whose answer was cut off may have made it all the same.
    const there = (await api.bots()).bots.find(({ name }) => name === slot.member.name);
    if (there) {
      slot.bot = there.id;
      passing.add(there.id);
      return;
    }
    await hire(api, slot.member, slot.folder, {
      start: true,
      known: ({ id }) => {
        slot.bot = id;
        passing.add(id);
      },
    });
    counts.made += 1;
  }

  async function vanish(slot: Slot, id: BotId): Promise<void> {
    const gone = await api.remove(id).then(
      () => true,
      (error) => error instanceof Refused && error.code === "not_found",
    );
    if (!gone) return;
    deleted.set(id, Date.now());
    slot.bot = undefined;
    counts.deleted += 1;
  }

  return {
    given,
    counts,
    passing,
    deleted,
    command,
    async flood(flooder, lines, length) {
      const id = idOf(flooder);
      return id === undefined
        ? false
        : api.type(id, `flood ${lines} ${length}`).then(
            () => true,
            () => false,
          );
    },
    async serve(orders, over) {
      while (!over.aborted) {
        const { value: order } = orders.next();
        if (order.kind === "one") await command(order.bot, order.command);
        else if (order.kind === "many") await commandMany(order.bots, order.command);
        else {
          const slot = slots[order.slot];
          if (slot) await make(slot);
        }
        await sleep(order.pauseMs, undefined, { signal: over }).catch(() => {});
        // As people do: who got no answer tries again when the page is back.
        while (!over.aborted && !(await api.isWell())) await sleep(250, undefined, { signal: over }).catch(() => {});
      }
    },
  };
}
