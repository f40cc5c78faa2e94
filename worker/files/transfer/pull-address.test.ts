import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPullStage } from "./testing/pulls";

/* From where files are fetched: a name is asked once, and nothing leads inward but to a network that an admin allowed. */

const names = vi.hoisted(() => ({ asked: [] as string[], of: new Map<string, string[]>() }));
vi.mock("node:dns/promises", async (original) => {
  const dns = await original<typeof import("node:dns/promises")>();
  return {
    ...dns,
    /** A name server of the attacker's: each time it is asked it has the next answer, and at last always the same. */
    async lookup(host: string, options: { all: true }) {
      const answers = names.of.get(host);
      if (!answers) return dns.lookup(host, options);
      names.asked.push(host);
      const [address = ""] = answers.length > 1 ? answers.splice(0, 1) : answers;
      return [{ address, family: 4 }];
    },
  };
});

const pulls = createPullStage();
const { reopen, here, begin, pull, all } = pulls;
beforeEach(async () => {
  names.asked.length = 0;
  names.of.clear();
  await pulls.open();
});
afterEach(pulls.close);

it.each([
  "ftp://localhost/a",
  "file:///etc/passwd",
  "FILE:///etc/passwd",
  "data:text/plain,x",
  "//localhost/a",
  "localhost/a",
  "https://user@localhost/a",
  "https://user:pass@localhost/a",
  "https:///a",
  "https://local host/a",
  "https://localhost/a\nb",
  "https:\\\\localhost\\a",
  "https://[::1/a",
  "javascript:alert(1)",
])("the address %j is not taken", async (url) => expect((await begin(url)).code).toBe("pull_address"));

const inward = [
  "localhost",
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "127。0。0。1",
  "0.0.0.0",
  "10.0.0.1",
  "192.168.1.1",
  "172.16.0.1",
  "169.254.169.254",
  "100.64.0.1",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[fe80::1]",
  "[fd00::1]",
  "[64:ff9b::7f00:1]",
];
it("an address of this machine or its neighbours is refused, however it is written", async () => {
  await reopen([]);
  for (const host of inward)
    for (const scheme of ["https", "http"])
      expect([host, await pull(`${scheme}://${host}:${pulls.server.port}/`)]).toEqual([
        host,
        expect.objectContaining({ state: "failed", code: "git_address_forbidden" }),
      ]);
  expect(pulls.server.requests).toEqual([]);
});

/** Those that are no other way to write 127.0.0.1. */
const beyond = inward.slice(7).filter((host) => !host.startsWith("[::ffff:"));
it("and so is a redirect to one, to another scheme, or with a password", async () => {
  // Of all of loopback only the server itself is allowed.
  await reopen(["127.0.0.1"]);
  for (const [to, code] of [
    ...beyond.map((host) => [`https://${host}/`, "git_address_forbidden"]),
    ["https://127.0.0.2/", "git_address_forbidden"],
    ["//169.254.169.254/latest/meta-data", "git_address_forbidden"],
    ["file:///etc/passwd", "pull_address"],
    ["data:text/plain,x", "pull_address"],
    ["https://a:b@localhost/", "pull_address"],
    ["http://93.184.216.34/", "pull_address"],
  ] as const) {
    pulls.answer = (_request, response) => response.writeHead(302, { location: String(to) }).end();
    expect([to, await pull(here())]).toEqual([to, expect.objectContaining({ state: "failed", code })]);
  }
  expect(await all()).toEqual([]);
});

it("five redirects are followed, six are not", async () => {
  pulls.answer = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) return void response.end("there");
    response.writeHead(307, { location: `/${left - 1}` }).end();
  };
  expect(await pull(here("/5"))).toMatchObject({ state: "done", name: "5" });
  expect(await pull(here("/6"))).toMatchObject({ state: "failed", code: "pull_unreachable" });
});

it("a name is asked once at each step, and what it says later changes nothing", async () => {
  await reopen(["127.0.0.1"]);
  // The first answer is looked at; were the name asked again to connect, it would lead inward.
  names.of.set("evil.test", ["10.0.0.1", "127.0.0.1"]);
  expect(await pull(`https://evil.test:${pulls.server.port}/a`)).toMatchObject({ code: "git_address_forbidden" });
  names.of.set("evil.test", ["127.0.0.1", "10.0.0.1"]);
  // What was looked at is reached, and shows a certificate of another name.
  expect(await pull(`https://evil.test:${pulls.server.port}/a`)).toMatchObject({ code: "pull_unreachable" });
  expect(names.asked).toEqual(["evil.test", "evil.test"]);
  names.of.set("localhost", ["127.0.0.1", "10.0.0.1"]);
  pulls.answer = (_request, response) => response.writeHead(302, { location: here("/b") }).end();
  expect(await pull(here())).toMatchObject({ code: "git_address_forbidden" });
  expect(pulls.server.requests).toEqual(["GET /a.bin"]);
});

it("http is for a network that was allowed, and a certificate has to be good", async () => {
  const plain: Server = createServer((_request, response) => void response.end("plain"));
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const address = plain.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/a`;
  expect(await pull(url)).toMatchObject({ state: "done" });
  await new Promise((resolve) => plain.close(resolve));
  await reopen(["127.0.0.0/8"], { caFile: undefined });
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
});
