import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientOf, plainAddress, readProxies } from "./address";
import { meetRequests } from "./incoming";

beforeAll(() => {
  process.env.BOTYARD_TRUSTED_PROXIES = "10.0.0.0/8, 2001:db8::1";
});
afterAll(() => {
  delete process.env.BOTYARD_TRUSTED_PROXIES;
});

const client = (peer: string, forwarded?: string) =>
  clientOf(
    new Headers({
      host: "inside",
      "x-botyard-peer": peer,
      "x-forwarded-host": "outside",
      ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
    }),
  );

test.each([
  ["192.0.2.1", "203.0.113.9", "192.0.2.1", "inside"],
  ["10.1.2.3", "203.0.113.9", "203.0.113.9", "outside"],
  ["::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9", "outside"],
  ["2001:db8::1", "1.1.1.1, 203.0.113.9", "203.0.113.9", "outside"],
  ["10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9", "203.0.113.9", "outside"],
  ["10.1.2.3", "10.0.0.5, 10.0.0.6", "10.1.2.3", "outside"],
  ["10.1.2.3", "nonsense", "10.1.2.3", "outside"],
  // Whoever writes the left part is a stranger, also where the proxy's own part reads otherwise.
  ["10.1.2.3", "1.1.1.1, 203.0.113.9:40123", "203.0.113.9", "outside"],
  ["10.1.2.3", "1.1.1.1, [2001:db8::9]:40123", "2001:db8::9", "outside"],
  ["10.1.2.3", "1.1.1.1, unknown", "10.1.2.3", "outside"],
  ["10.1.2.3", "1.1.1.1, 10.9.9.9:80", "1.1.1.1", "outside"],
  ["10.1.2.3", undefined, "10.1.2.3", "outside"],
])("from %s, forwarded for %s: it is %s at %s", (peer, forwarded, address, host) => {
  expect(client(peer, forwarded)).toEqual({ address, host });
});

test.each(["10.0.0.0/33", "example.com", "10.0.0.0/8/8", "10.0.0.0/x"])("%s is no proxy", (part) => {
  expect(() => readProxies([part])).toThrow(part);
});

test("loopback is both loopbacks, and a zone is no part of an address", () => {
  const list = readProxies(["loopback"]);
  expect([list.check("127.9.9.9"), list.check("::1", "ipv6"), list.check("10.0.0.1")]).toEqual([true, true, false]);
  expect(plainAddress("fe80::1%eth0")).toBe("fe80::1");
});

test("every server marks its requests with the socket's address, over whatever the client wrote", async () => {
  meetRequests();
  meetRequests();
  const server = createServer((asked, answer) => answer.end(JSON.stringify(asked.headers)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const told = await new Promise<Record<string, string>>((resolve, reject) => {
    const headers = {
      "x-botyard-peer": "9.9.9.9",
      "x-forwarded-for": "9.9.9.9",
      "x-forwarded-host": "evil",
      "x-other": "kept",
    };
    request({ port, host: "127.0.0.1", headers }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      resolve(JSON.parse(text));
    })
      .on("error", reject)
      .end();
  });
  await new Promise((resolve) => server.close(resolve));
  expect(told).toMatchObject({ "x-botyard-peer": "127.0.0.1", "x-other": "kept" });
  expect(told).not.toHaveProperty("x-forwarded-for");
  expect(told).not.toHaveProperty("x-forwarded-host");
});
