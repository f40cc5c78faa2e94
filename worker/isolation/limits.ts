import { existsSync } from "node:fs";
import type { BotId, BotLimits } from "#contracts/bot";
import type { IsolationReport } from "#contracts/host";
import { openAhead } from "./ahead";
import { foldersIn } from "./groups";
import { findHierarchies, type Held, type Hierarchy, hitIn, isNeeded, limitGroup, make, remove } from "./hierarchies";

/** The control groups of the runs of this home. */
export interface Groups {
  /** Who holds which limit: the kernel where a hierarchy has its controller. */
  readonly limits: IsolationReport["limits"];
  /** Whether the kernel kills a whole run by itself. */
  readonly kills: boolean;
  /**
   * Makes the groups that a run with these limits needs and says where they are; a limit that the kernel refused is said once. A
   * hierarchy that would hold nothing for it is left alone: each group costs the kernel and the start of the bot. `space`: the run is
   * killed by its space of process numbers, and needs no group for that.
   */
  make(name: string, limits: BotLimits, space: boolean): string[];
  /** Those that were made; of a run that an earlier worker made, all that it may have, those that exist first. */
  of(name: string): string[];
  hit(name: string): "memory" | "processes" | undefined;
  release(name: string): void;
}

/** What a run's groups are called, in every hierarchy. */
export const groupName = (botId: BotId, run: number) => `${botId}-${run}`;

/** Finds where groups can be made and removes those that nothing is in any more. */
export async function openGroups(home: string, say: (line: string) => void): Promise<Groups> {
  const hierarchies = await findHierarchies(home);
  // What the kernel did in a run that ended while no worker was there is asked about after its groups are gone.
  const hits = new Map<string, "memory" | "processes">();
  /** In which hierarchies we have made a group of this name. */
  const made = new Map<string, readonly Hierarchy[]>();
  /** Names of groups that are there: as long as there is one, a base cannot be removed, which is not worth trying. */
  const there = new Set<string>();
  for (const hierarchy of hierarchies) {
    for (const name of foldersIn(hierarchy.base)) {
      const hit = hitIn(`${hierarchy.base}/${name}`, hierarchy);
      const removed = remove(`${hierarchy.base}/${name}`);
      if (removed && hit) note(name, hit);
      if (!removed) there.add(name);
    }
    removeBase(hierarchy);
  }

  // Out of memory tells more than a refused fork, whichever hierarchy is read first.
  function note(name: string, hit: "memory" | "processes") {
    if (hits.get(name) !== "memory") hits.set(name, hit);
  }
  const held = (what: Held) => hierarchies.some(({ holds }) => holds.has(what));
  const allOf = (name: string) => made.get(name) ?? hierarchies;
  let saidSo = false;
  const unified = hierarchies.find(({ version }) => version === 2);
  const ahead = unified ? openAhead(unified.mount) : () => {};

  return {
    limits: {
      memory: held("memory") ? "kernel" : "worker",
      cpu: held("cpu") ? "kernel" : "nobody",
      processes: held("processes") ? "kernel" : "nobody",
    },
    kills: hierarchies.some(({ kills }) => kills),
    make(name, limits, space) {
      hits.delete(name);
      there.add(name);
      const now = hierarchies.filter((hierarchy) => {
        if (!isNeeded(hierarchy, limits, space)) return false;
        const group = `${hierarchy.base}/${name}`;
        const state = make(group);
        if ((!state || !limitGroup(group, hierarchy, limits, state === "new")) && !saidSo) {
          saidSo = true;
          say(`isolation: ${group} could not be made with its limits`);
        }
        return state !== false;
      });
      made.set(name, [...new Set([...(made.get(name) ?? []), ...now])]);
      if (unified && now.includes(unified)) ahead();
      return now.map(({ base }) => `${base}/${name}`);
    },
    of(name) {
      const mine = made.get(name);
      const groups = allOf(name).map(({ base }) => `${base}/${name}`);
      return mine ? groups : groups.toSorted((a, b) => Number(existsSync(b)) - Number(existsSync(a)));
    },
    hit(name) {
      for (const hierarchy of allOf(name)) {
        const hit = hitIn(`${hierarchy.base}/${name}`, hierarchy);
        if (hit) note(name, hit);
      }
      return hits.get(name);
    },
    release(name) {
      hits.delete(name);
      const left = allOf(name).filter(({ base }) => !remove(`${base}/${name}`) && existsSync(`${base}/${name}`));
      if (left.length > 0) return;
      made.delete(name);
      if (there.delete(name) && there.size === 0) hierarchies.forEach(removeBase);
    },
  };
}

/** Leaves nothing behind on the machine once no run is there; where controllers were handed down to it, it stays. */
function removeBase({ base, version, holds }: Hierarchy) {
  if (version === 1 || holds.size === 0) remove(base);
}
