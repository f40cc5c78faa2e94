import { BlockList, isIP } from "node:net";

type Network = { address: string; prefix: number; family: "ipv4" | "ipv6" };

/** Reads an address or a CIDR; null for what is neither. */
export function readNetwork(text: string): Network | null {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || rest.length > 0 || !(prefix <= most)) return null;
  return { address, prefix, family: version === 6 ? "ipv6" : "ipv4" };
}

/** A list to look addresses up in; what is no network is left out. */
export function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of networks) {
    const read = readNetwork(one);
    if (read) list.addSubnet(read.address, read.prefix, read.family);
  }
  return list;
}

/** Whether an address is in a list. What is no address is in none. */
export function isListed(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
}
