import { isContractProcedure } from "@orpc/contract";
import { api } from "#contracts/api/index";

type Address = { pattern: RegExp; method: string; onBot?: boolean };

/** Every address of the catalogue, and that of the document made of it. */
const addresses = [...addressesIn(api), { method: "GET", pattern: /^\/api\/v1\/openapi\.json$/ }];

/** The methods that an address of the API can be asked with; none: there is no such address. */
export function methodsOf(path: string): string[] {
  const methods = addresses.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return [...new Set(methods)].sort();
}

/** Whether what an address is asked for with a method is about the bot that it names. */
export const isOnBot = (path: string, method: string): boolean =>
  addresses.some((one) => one.onBot && one.method === method && one.pattern.test(path));

function addressesIn(router: object): Address[] {
  return Object.values(router).flatMap((value: unknown) => {
    if (typeof value !== "object" || value === null) return [];
    if (!isContractProcedure(value)) return addressesIn(value);
    const { method, path } = value["~orpc"].route;
    if (method === undefined || path === undefined) throw new Error("an operation without method or path");
    const pattern = new RegExp(`^/api${path.replace(/\{[^}]+\}/g, "[^/]+")}/?$`);
    return [{ method, pattern, onBot: path.includes("{botId}") }];
  });
}
