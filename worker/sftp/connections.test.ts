import { statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Client, ConnectConfig } from "ssh2";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { bounds } from "./bounds";
import { makeKey } from "./host-key";
import { channelOf, LOGIN, openServer, type Server, test, USER } from "./testing/server";

/* Who comes in over SFTP, what a connection is good for, and when it ends. */

let server: Server;
beforeEach(async () => {
  server = await openServer();
});
afterEach(() => server.close());

const connect = (login?: ConnectConfig) => server.connect(login);
const fails = (login: ConnectConfig) => expect(connect(login)).rejects.toThrow("authentication methods failed");

test("nobody comes in but by a right password or key, and the answer is the same to all others", async () => {
  const messages = new Set<string>();
  for (const user of [USER, "nobody.abcdefghij", "ada.zzzzzzzzzz", "ada", "", "ada.abcdefghij.abcdefghij"]) {
    const password = user === USER ? "wrong" : "right";
    await connect({ user, username: user, password } as ConnectConfig).then(
      (client) => messages.add(`in as ${user}: ${client.end()}`),
      (error: Error) => messages.add(error.message),
    );
  }
  expect([...messages]).toEqual(["All configured authentication methods failed"]);
  (await connect()).end();
  const stranger = makeKey();
  await fails({ username: USER, privateKey: stranger.private });
  server.web.away = true;
  await fails(LOGIN);
});

test("asking about a key tells nothing: a stranger's for nobody might do as well", async () => {
  const answers = await Promise.all(
    ["ada.abcdefghij", "nobody.zzzzzzzzzz"].map(async (user) => {
      const { err } = await server.run("ssh", [
        "-v",
        ...server.options,
        "-o",
        "LogLevel=DEBUG1",
        "-p",
        String(server.port),
        "-o",
        `User=${user}`,
        "-o",
        "BatchMode=yes",
        "127.0.0.1",
        "-s",
        "sftp",
      ]);
      return err.includes("Server accepts key");
    }),
  );
  expect(answers).toEqual([true, true]);
});

test("no shell, no program, no port", async () => {
  const client = await connect();
  const refused = async (work: (done: (error?: Error) => void) => void) =>
    expect(await new Promise((resolve) => work((error) => resolve(error !== undefined)))).toBe(true);
  await refused((done) => client.exec("id", done));
  await refused((done) => client.shell(done));
  await refused((done) => client.subsys("netconf", done));
  await refused((done) => client.forwardOut("127.0.0.1", 1, "127.0.0.1", server.port, done));
  await refused((done) => client.forwardIn("127.0.0.1", 0, done));
  client.end();
});

test("a connection ends when access does, and when the bot's owner is nobody we can ask about", async () => {
  const client = await connect();
  const ended = new Promise<void>((resolve) => client.once("close", () => resolve()));
  await channelOf(client);
  server.web.open = false;
  // Nobody says so: it is asked about every few seconds.
  await ended;
  server.web.open = true;
  const other = await connect();
  const over = new Promise<void>((resolve) => other.once("close", () => resolve()));
  server.web.open = false;
  await server.sftp.check("somebody else");
  expect(other).toBeDefined();
  await server.sftp.check("u1");
  await over;
});

test("connections are bounded", async () => {
  const clients = await Promise.all(Array.from({ length: bounds.strangersOfPlace - 2 }, () => connect()));
  const more: Client[] = [];
  for (let at = clients.length; at < bounds.ofUser; at++) {
    await vi.waitFor(async () => void more.push(await connect()));
  }
  await vi.waitFor(() => fails(LOGIN));
  for (const client of [...clients, ...more]) client.end();
});

test("a port that is taken is said, not fatal, and the host key stays", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const second = await server.open(port);
  expect(second.report()).toEqual({ state: "failed", host: "127.0.0.1", port, why: "EADDRINUSE" });
  await second.close();
  taken.close();
  expect(statSync(`${server.dir}/host.key`).mode & 0o777).toBe(0o600);
  const third = await server.open(0);
  const [one, other] = [server.sftp.report(), third.report()];
  await third.close();
  expect(one.state === "on" && other.state === "on" && one.fingerprint === other.fingerprint).toBe(true);
  const { out } = await server.run("ssh-keyscan", ["-p", String(server.port), "127.0.0.1"]);
  writeFileSync(`${server.dir}/known`, out);
  const shown = await server.run("ssh-keygen", ["-lf", `${server.dir}/known`]);
  expect(one.state === "on" && shown.out.includes(one.fingerprint)).toBe(true);
});

test("packets that are none end the connection and nothing else", async () => {
  const junk = [
    Buffer.from([0, 0, 0, 0]),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 1]),
    Buffer.from([0, 0, 0, 5, 3, 0, 0, 0, 1]),
    Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3, 0, 0, 0, 9, 3, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
  ];
  for (const bytes of junk) {
    const client = await connect();
    const ended = new Promise<void>((resolve) => client.once("close", () => resolve()));
    client.subsys("sftp", (_error, channel) => channel.write(bytes));
    await ended;
  }
  expect(await server.batch("pwd")).toMatchObject({ code: 0 });
  expect(server.said).toEqual([]);
});
