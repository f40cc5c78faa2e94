import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";

/*
 * Which addresses git may reach. Whoever types an address could otherwise make this server talk to its own
 * database, a cloud's metadata or a neighbour. What is resolved here is what git is pinned to, so a name that
 * answers differently a second time gains nothing.
 */

const RESOLVE_MS = 5_000;

const forbidden4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

// Within 2000::/3, which is all that is public at all: Teredo and its neighbours, documentation, 6to4.
const forbidden6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const closed = new BlockList();
for (const [network, bits] of forbidden4) closed.addSubnet(network, bits, "ipv4");
for (const [network, bits] of forbidden6) closed.addSubnet(network, bits, "ipv6");
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const carriers4 = new BlockList(); // IPv6 addresses whose last 32 bits are an IPv4 address that is then reached
carriers4.addSubnet("64:ff9b::", 96, "ipv6");
carriers4.addSubnet("::ffff:0:0", 96, "ipv6");

/** The last 32 bits of an IPv6 address as IPv4. */
function lastFour(address: string): string {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = canonical.replace(/^.*::/, "").split(":").slice(-2);
  const [high, low] = [groups.length > 1 ? (groups[0] ?? "0") : "0", groups.at(-1) || "0"].map((g) =>
    Number.parseInt(g, 16),
  );
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join(".");
}

/** True for an address of the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, "ipv4");
  if (family !== 6 || address.includes("%")) return false;
  if (carriers4.check(address, "ipv6")) return isPublic(lastFour(address));
  return global6.check(address, "ipv6") && !closed.check(address, "ipv6");
}

/** The networks an admin allows although they are not public: "10.0.0.0/8", "192.168.1.5". */
export function allowedNetworks(networks: readonly string[]): BlockList {
  const open = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.trim().split("/");
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const length = bits === undefined ? longest : Number(bits);
    if (family === 0 || !Number.isInteger(length) || length < 0 || length > longest)
      throw new AppError("bad_input", {
        detail: `BOTYARD_ALLOW_NETWORKS: “${network}” is not a network like 10.0.0.0/8.`,
      });
    open.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  }
  return open;
}

/** Resolves a host and refuses it unless every one of its addresses may be reached. AppError git_address_forbidden, git_unreachable. */
export async function resolveHost(host: string, allowed: BlockList): Promise<string[]> {
  const addresses = isIP(host) ? [host] : await ask(host);
  if (addresses.length === 0) throw new AppError("git_unreachable", { host, detail: en.detect.git.noAddress });
  for (const address of addresses) {
    const open = isPublic(address) || allowed.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
    if (!open) throw new AppError("git_address_forbidden", { host });
  }
  return addresses;
}

async function ask(host: string): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never[]>((resolve) => {
    timer = setTimeout(resolve, RESOLVE_MS, []);
  });
  try {
    const found = await Promise.race([lookup(host, { all: true, verbatim: true }), late]);
    return found.map(({ address }) => address);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
