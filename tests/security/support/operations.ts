import { type AnyContractProcedure, isContractProcedure } from "@orpc/contract";
import type { BotPermission, Permission } from "#contracts/access";
import { api } from "#contracts/api/index";

export type Operation = {
  name: string;
  permission: Permission;
  /** Permissions of which one is enough to be heard: the first is the one that a refusal names. */
  enough: readonly Permission[];
  writes: boolean;
  /** Whether its address names a bot. */
  onBot: boolean;
};

/** Every operation of the catalogue. */
export const operations: readonly Operation[] = operationsIn(api, []);

function operationsIn(router: object, above: readonly string[]): Operation[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]) => {
    const path = [...above, key];
    if (isContractProcedure(value)) return [operationOf(path.join("."), value)];
    return typeof value === "object" && value !== null ? operationsIn(value, path) : [];
  });
}

function operationOf(name: string, procedure: AnyContractProcedure): Operation {
  const { route, meta } = procedure["~orpc"];
  const { permission, instead = [], writes = false }: Meta = meta;
  if (permission === undefined) throw new Error(`${name} declares no permission`);
  return {
    name,
    permission,
    enough: [permission, ...instead],
    writes,
    onBot: route.path?.includes("{botId}") === true,
  };
}
type Meta = { permission?: Permission; instead?: readonly BotPermission[]; writes?: boolean };
