import type { BotId, BotLimits } from "#contracts/bot";
import type { IsolationReport } from "#contracts/host";
import { foldersIn } from "./groups";
import { findHierarchies, type Held, type Hierarchy, hitIn, limitGroup, make, remove } from "./hierarchies";

/** The control groups of the runs of this home. */
export interface Groups {
  /** Who holds which limit: the kernel where a hierarchy has its controller. */
  readonly limits: IsolationReport["limits"];
  /** Whether the kernel kills a whole run by itself. */
  readonly kills: boolean;
  /** Makes the groups of a run with these limits and says where they are; a limit that the kernel refused is said once. */
  make(name: string, limits: BotLimits): string[];
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
  for (const hierarchy of hierarchies) {
    for (const name of foldersIn(hierarchy.base)) {
      const hit = hitIn(`${hierarchy.base}/${name}`, hierarchy);
      if (remove(`${hierarchy.base}/${name}`) && hit) note(name, hit);
    }
    removeBase(hierarchy);
  }

  // Out of memory tells more than a refused fork, whichever hierarchy is read first.
  function note(name: string, hit: "memory" | "processes") {
    if (hits.get(name) !== "memory") hits.set(name, hit);
  }
  const held = (what: Held) => hierarchies.some(({ holds }) => holds.has(what));
  let saidSo = false;

  return {
    limits: {
      memory: held("memory") ? "kernel" : "worker",
      cpu: held("cpu") ? "kernel" : "nobody",
      processes: held("processes") ? "kernel" : "nobody",
    },
    kills: hierarchies.some(({ kills }) => kills),
    make(name, limits) {
      hits.delete(name);
      return hierarchies.flatMap((hierarchy) => {
        const group = `${hierarchy.base}/${name}`;
        const made = make(group);
        if ((!made || !limitGroup(group, hierarchy, limits)) && !saidSo) {
          saidSo = true;
          say(`isolation: ${group} could not be made with its limits`);
        }
        return made ? [group] : [];
      });
    },
    of: (name) => hierarchies.map(({ base }) => `${base}/${name}`),
    hit(name) {
      for (const hierarchy of hierarchies) {
        const hit = hitIn(`${hierarchy.base}/${name}`, hierarchy);
        if (hit) note(name, hit);
      }
      return hits.get(name);
    },
    release(name) {
      hits.delete(name);
      for (const hierarchy of hierarchies) {
        remove(`${hierarchy.base}/${name}`);
        removeBase(hierarchy);
      }
    },
  };
}

/** Leaves nothing behind on the machine once no run is there; where controllers were handed down to it, it stays. */
function removeBase({ base, version, holds }: Hierarchy) {
  if (version === 1 || holds.size === 0) remove(base);
}
