import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { meetRequests } from "./incoming";

test("an address that cannot be read names nothing, and one that can stays as it is", async () => {
  meetRequests();
  const server = createServer((asked, answer) => void answer.end(asked.url));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const met = async (address: string) => (await fetch(`http://127.0.0.1:${port}${address}`)).text();
  expect(await met("/bots/%ED%A0%80?text=%zz?")).toBe("/bots/%25ED%25A0%2580?text=%zz?");
  expect(await met("/api/v1/bots/%")).toBe("/api/v1/bots/%25");
  expect(await met("/bots/%C3%A9%2F?text=%zz")).toBe("/bots/%C3%A9%2F?text=%zz");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
