import type { Command } from "#contracts/process";
import { type Random, randomOf } from "./random";

/*
 * What happens in a run, in which order: chosen by the seed alone. When it happens the clock says, so two runs of one seed do the
 * same things at other moments.
 */

/** What may be killed of the panel, and is then to come back by itself. */
export const parts = ["worker", "web", "postgres", "pm2"] as const;
export type Part = (typeof parts)[number];

/** Something that is under way at the moment of an attack. */
export type Busy = { command: Command; bot: number; afterMs: number };

/** `patient`: only once the panel is well again, or after a while. */
export type Attack = { patient: boolean } & Deed;

type Deed =
  | { kind: "kill"; parts: readonly Part[]; busy?: Busy }
  | { kind: "kill-bot"; bot: number }
  | { kind: "freeze"; ms: number; busy?: Busy }
  | { kind: "fill"; ms: number; busy?: Busy }
  /** `bot` is one of the fleet's flooders. */
  | { kind: "flood"; bot: number; lines: number; length: number; kill?: { part: Part; afterMs: number } };

export type Order =
  | { kind: "one"; command: Command; bot: number; pauseMs: number }
  | { kind: "many"; command: Command; bots: readonly number[]; pauseMs: number }
  /** Makes the bot of a slot, or deletes it when it is there. */
  | { kind: "make"; slot: number; pauseMs: number };

export type Visit = { kind: "deaf" | "garbage" | "huge" | "greedy" | "faithful"; bot: number; ms: number };

/** How many of each there are to choose from; without a disk of its own none is filled. */
export type Ground = { bots: number; flooders: number; slots: number; disk: boolean };

/** The attacks of a seed, one after another, without end. */
export function* attacks(seed: number, ground: Ground): Generator<Attack, never> {
  const random = randomOf(seed, "attacks");
  for (;;) yield { patient: random.next() < 0.65, ...deed(random, ground) };
}

function deed(random: Random, { bots, flooders, disk }: Ground): Deed {
  const bot = random.between(0, bots - 1);
  const busy: Busy = { command: command(random), bot, afterMs: random.between(0, 250) };
  const some = random.next() < 0.6 ? { busy } : {};
  const kind = random.weighted({ kill: 72, "kill-bot": 6, freeze: 8, flood: 9, fill: disk ? 4 : 0 });
  if (kind === "kill") return { kind, parts: victims(random), ...some };
  if (kind === "freeze") return { kind, ms: random.between(500, 5_000), ...some };
  if (kind === "fill") return { kind, ms: random.between(1_500, 6_000), ...some };
  if (kind === "kill-bot") return { kind, bot };
  const wide = random.next() < 0.5;
  const flood = {
    kind,
    bot: random.between(0, flooders - 1),
    lines: wide ? random.between(2_000, 6_000) : random.between(15_000, 50_000),
    length: wide ? random.between(2_000, 6_000) : random.between(60, 180),
  } as const;
  if (random.next() < 0.4) return flood;
  return {
    ...flood,
    kill: { part: random.next() < 0.8 ? "worker" : random.pick(parts), afterMs: random.between(50, 1_500) },
  };
}

function victims(random: Random): Part[] {
  const first = random.weighted<Part>({ worker: 70, web: 14, postgres: 10, pm2: 6 });
  if (random.next() < 0.85) return [first];
  const others = parts.filter((part) => part !== first);
  return random.next() < 0.7 ? [first, random.pick(others)] : [...parts];
}

const command = (random: Random): Command => random.weighted<Command>({ start: 38, restart: 30, stop: 20, kill: 12 });

/** What one client of the API asks for, one after another, without end. */
export function* orders(seed: number, client: number, { bots, slots }: Ground): Generator<Order, never> {
  const random = randomOf(seed, `client ${client}`);
  for (;;) {
    const pauseMs = random.between(100, 2_500);
    const kind = random.weighted({ one: 78, many: 8, make: 14 });
    if (kind === "one") yield { kind, command: command(random), bot: random.between(0, bots - 1), pauseMs };
    else if (kind === "make") yield { kind, slot: random.between(0, slots - 1), pauseMs };
    else {
      const chosen = Array.from({ length: random.between(2, 8) }, () => random.between(0, bots - 1));
      yield { kind, command: command(random), bots: [...new Set(chosen)], pauseMs };
    }
  }
}

/** Who looks at the panel, one after another, without end. */
export function* visits(seed: number, seat: number, { bots }: Ground): Generator<Visit, never> {
  const random = randomOf(seed, `seat ${seat}`);
  for (;;)
    yield {
      kind: random.weighted({ deaf: 3, garbage: 2, huge: 1, greedy: 2, faithful: 3 }),
      bot: random.between(0, bots - 1),
      ms: random.between(3_000, 20_000),
    };
}

/** An attack as one line for people. */
export function sayAttack(attack: Attack, nameOf: (bot: number) => string): string {
  const busy = "busy" in attack && attack.busy;
  const during = busy ? `, ${busy.afterMs} ms after ${busy.command} of ${nameOf(busy.bot)}` : "";
  if (attack.kind === "kill") return `kill ${attack.parts.join(" + ")}${during}`;
  if (attack.kind === "kill-bot") return `kill the bot ${nameOf(attack.bot)}`;
  if (attack.kind === "freeze") return `stop the worker for ${attack.ms} ms${during}`;
  if (attack.kind === "fill") return `fill the disk for ${attack.ms} ms${during}`;
  const kill = attack.kill ? `, kill ${attack.kill.part} after ${attack.kill.afterMs} ms` : "";
  return `flood ${attack.bot + 1}: ${attack.lines} lines of ${attack.length}${kill}`;
}
