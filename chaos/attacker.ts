import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "./clients";
import type { Disk } from "./disk";
import type { Panel } from "./panel";
import type { Attack, Busy, Part } from "./plan";
import { type Proc, signal } from "./proc";

/** What was done to the panel. */
export type Done = {
  kills: Record<Part, number>;
  /** Kills that found nobody: the part was still on its way back. */
  missed: number;
  botKills: number;
  freezes: number;
  fills: number;
  floods: number;
};

/** A stretch of time in which the disk was full, or in which it still told on what was under way; ms. */
export type Spell = { from: number; to: number };

export type Attacker = {
  readonly done: Done;
  readonly spells: readonly Spell[];
  /** The bots that were killed, and when. */
  readonly killedBots: readonly { bot: number; at: number }[];
  /** How many processes of the panel were killed. */
  kills(): number;
  /** Whether the worker was told to stand still at this moment. */
  isFrozen(): boolean;
  carryOut(attack: Attack): Promise<void>;
  /** Lets go of everything that is held: the worker goes on, the disk has room. */
  relent(): Promise<void>;
};

export type AttackerPorts = {
  panel: Panel;
  disk: Disk | undefined;
  clients: Clients;
  /** The main process of a bot. */
  botProcess(bot: number): Promise<Proc | undefined>;
  over: AbortSignal;
};

export function createAttacker({ panel, disk, clients, botProcess, over }: AttackerPorts): Attacker {
  const done: Done = {
    kills: { worker: 0, web: 0, postgres: 0, pm2: 0 },
    missed: 0,
    botKills: 0,
    freezes: 0,
    fills: 0,
    floods: 0,
  };
  const spells: Spell[] = [];
  const killedBots: { bot: number; at: number }[] = [];
  const frozen = new Set<Proc>();
  const underWay = new Set<Promise<unknown>>();

  /** Goes on beside what comes next. */
  function aside(work: Promise<unknown>): void {
    const held = work.catch(() => {}).finally(() => underWay.delete(held));
    underWay.add(held);
  }
  const pause = (ms: number) => sleep(ms, undefined, { signal: over }).catch(() => {});

  async function busyWith(busy: Busy | undefined): Promise<void> {
    if (!busy) return;
    aside(clients.command(busy.bot, busy.command));
    await pause(busy.afterMs);
  }

  function kill(part: Part): void {
    const found = panel.find(part);
    if (found && signal(found, "SIGKILL")) done.kills[part] += 1;
    else done.missed += 1;
  }

  async function freeze(ms: number): Promise<void> {
    const worker = panel.find("worker");
    if (!worker || !signal(worker, "SIGSTOP")) return;
    done.freezes += 1;
    frozen.add(worker);
    await pause(ms);
    signal(worker, "SIGCONT");
    frozen.delete(worker);
  }

  async function fill(ms: number): Promise<void> {
    if (!disk || disk.isFull()) return;
    done.fills += 1;
    const spell = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    spells.push(spell);
    await disk.fill();
    await pause(ms);
    await disk.free();
    spell.to = Date.now();
  }

  return {
    done,
    spells,
    killedBots,
    kills: () => Object.values(done.kills).reduce((sum, count) => sum + count, 0),
    isFrozen: () => frozen.size > 0,
    async carryOut(attack) {
      if (attack.kind === "kill") {
        await busyWith(attack.busy);
        for (const part of attack.parts) kill(part);
      } else if (attack.kind === "freeze") {
        await busyWith(attack.busy);
        aside(freeze(attack.ms));
      } else if (attack.kind === "fill") {
        await busyWith(attack.busy);
        aside(fill(attack.ms));
      } else if (attack.kind === "flood") {
        if (await clients.flood(attack.bot, attack.lines, attack.length)) done.floods += 1;
        if (!attack.kill) return;
        await pause(attack.kill.afterMs);
        kill(attack.kill.part);
      } else {
        const bot = await botProcess(attack.bot);
        if (!bot || !signal(bot, "SIGKILL")) return;
        killedBots.push({ bot: attack.bot, at: Date.now() });
        done.botKills += 1;
      }
    },
    async relent() {
      for (const proc of frozen) signal(proc, "SIGCONT");
      if (disk?.isFull()) await disk.free();
      await Promise.all(underWay);
    },
  };
}
