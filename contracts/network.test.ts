import { expect, test } from "vitest";
import { network } from "./network";

test.each([
  [" 192.0.2.7", "192.0.2.7"],
  ["2001:DB8::/32", "2001:db8::/32"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:0207", "192.0.2.7"],
  ["0:0:0:0:0:ffff:192.0.2.0/120", "192.0.2.0/24"],
  ["::ffff:0:0/96", "0.0.0.0/0"],
])("%s is kept as %s", (written, kept) => {
  expect(network.parse(written)).toBe(kept);
});

test.each(["home", "192.0.2.0/33", "::ffff:300.0.2.7", "1.2.3", `::${" ".repeat(100)}1`])("%s is none", (written) => {
  expect(network.safeParse(written).error?.issues[0]?.message).toBe("network_invalid");
});
