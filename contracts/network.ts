import { z } from "zod";

/** IPv4 as IPv6 writes it, `::ffff:192.0.2.7` or `::ffff:c000:207`, with the bits of a network behind it. */
const mapped = /^(?:::|(?:0{1,4}:){5})ffff:(?:(\d+(?:\.\d+){3})|([\da-f]{1,4}):([\da-f]{1,4}))(?:\/(\d+))?$/;

/** The same network without IPv6 around it: addresses are compared as IPv4. */
function unmapped(text: string): string {
  const [, dotted, high, low, bits] = mapped.exec(text) ?? [];
  if (dotted === undefined && high === undefined) return text;
  const number = Number.parseInt(`${high}`, 16) * 65_536 + Number.parseInt(`${low}`, 16);
  const address = dotted ?? [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
  if (bits === undefined) return address;
  // Wider than all of IPv4 is none of its networks.
  return Number(bits) < 96 ? text : `${address}/${Number(bits) - 96}`;
}

/** An address, or a network as CIDR writes it: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32. */
export const network = z
  .string()
  .trim()
  .toLowerCase()
  .max(64, "network_invalid")
  .pipe(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: "network_invalid" }))
  .transform(unmapped);
