import { z } from "zod";

/** An address, or a network as CIDR writes it: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32. */
export const network = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: "network_invalid" }));
