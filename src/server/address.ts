import { type BlockList, isIP } from "node:net";
import { env } from "./env";
import { isListed, listOf, readNetwork } from "./networks";

/** Set on every request from the socket itself (see peer.ts), whatever the client wrote there. */
export const PEER_HEADER = "x-botyard-peer";

/** What only a trusted proxy may say; from anyone else these are removed before anything reads them. */
export const FORWARDED_HEADERS = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
] as const;

/** An address as we compare and write it: IPv4 in IPv6 clothing (`::ffff:1.2.3.4`) without it, no zone. */
export function plainAddress(address: string): string {
  const bare = address.trim().replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return mapped?.[1] ?? bare;
}

let list: BlockList | undefined;

/** Whether BOTYARD_TRUSTED_PROXIES names this address. */
export function isTrustedProxy(address: string): boolean {
  list ??= readProxies(env().trustedProxies);
  return isListed(list, address);
}

/** Reads a list of addresses, CIDRs and the word `loopback`; names the part that is none of them. */
export function readProxies(parts: readonly string[]): BlockList {
  const networks = parts.flatMap((one) => (one === "loopback" ? ["127.0.0.0/8", "::1"] : [one]));
  const wrong = networks.find((one) => readNetwork(one) === null);
  if (wrong !== undefined)
    throw new Error(`BOTYARD_TRUSTED_PROXIES: “${wrong}” is no address, no CIDR and not “loopback”`);
  return listOf(networks);
}

/** Whether a request came by TLS as far as a trusted proxy, which says so. */
export const cameByTls = (headers: Headers): boolean =>
  isTrustedProxy(plainAddress(headers.get(PEER_HEADER) ?? "")) &&
  headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";

/** Who is at the other end, and under which host they asked us. */
export type Client = { address: string; host: string | null };

/** Some proxies write the port behind the address. */
const withoutPort = (entry: string): string =>
  plainAddress(/^\s*(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?\s*$/.exec(entry)?.slice(1).find(Boolean) ?? entry);

/**
 * The peer of the socket; when that is a trusted proxy, the right-most entry of X-Forwarded-For that is none, since every entry left of it
 * may be made up. Where that one cannot be read nothing else is believed either.
 */
export function clientOf(headers: Headers): Client {
  const peer = plainAddress(headers.get(PEER_HEADER) ?? "unknown");
  const host = headers.get("host");
  if (!isTrustedProxy(peer)) return { address: peer, host };
  const chain = (headers.get("x-forwarded-for") ?? "").split(",").map(withoutPort);
  const last = chain.findLast((one) => !isTrustedProxy(one));
  const forwardedHost = headers.get("x-forwarded-host")?.split(",")[0]?.trim();
  return { address: last !== undefined && isIP(last) !== 0 ? last : peer, host: forwardedHost || host };
}
