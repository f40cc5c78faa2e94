import { execFileSync, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import ssh2, { type ConnectConfig } from "ssh2";
import { afterEach, beforeEach, expect, vi, test as vitestTest } from "vitest";
import { BOT } from "../files/stage";
import { bounds } from "./bounds";
import { makeKey } from "./host-key";
import { LOGIN, openServer, type Server, USER } from "./testing";

/* SFTP as people use it: OpenSSH's own clients against real files. Where those are missing, most of it cannot be tried. */
const clients = spawnSync("sftp", ["-h"]).error === undefined && spawnSync("scp", ["-h"]).error === undefined;
if (!clients && process.env.CI) throw new Error("sftp and scp are missing: install openssh-client");
if (!clients) console.warn("NOT TRIED: sftp and scp are missing. Install openssh-client.");
const test = vitestTest.skipIf(!clients);

let server: Server;
beforeEach(async () => {
  server = await openServer();
});
afterEach(() => server.close());

/** A connection by ssh2, for what OpenSSH's clients do not do. */
const connect = (login: ConnectConfig = LOGIN) =>
  new Promise<ssh2.Client>((resolve, reject) => {
    const client = new ssh2.Client();
    client.once("ready", () => resolve(client)).once("error", reject);
    client.connect({ host: "127.0.0.1", port: server.port, ...login });
  });
const fails = (login: ConnectConfig) => expect(connect(login)).rejects.toThrow("authentication methods failed");
const channelOf = (client: ssh2.Client) =>
  new Promise<ssh2.SFTPWrapper>((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });

test("files go up and come down, whole folders with them, and are called, moved and removed", async () => {
  const load = `${server.dir}/load`;
  mkdirSync(`${load}/deep/er`, { recursive: true });
  const bytes = Buffer.alloc(5_000_001, "0123456789abc");
  writeFileSync(`${load}/large.bin`, bytes);
  writeFileSync(`${load}/deep/er/empty`, "");
  writeFileSync(`${load}/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
  const done = await server.batch(
    `put -r ${load} load`,
    "rename load/large.bin load/grown.bin",
    `get -r load ${server.dir}/back`,
    "chmod 600 load/run.sh",
    "ls -la load",
    "mkdir there",
    "rename load/deep there/deep",
    "rm load/grown.bin",
    "df -h",
  );
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(readFileSync(`${server.dir}/back/grown.bin`).equals(bytes)).toBe(true);
  expect(statSync(`${server.dir}/back/run.sh`).mode & 0o777).toBe(0o755);
  expect(statSync(`${server.at}/load/run.sh`).mode & 0o777).toBe(0o600);
  expect(readdirSync(`${server.at}/load`)).toEqual(["run.sh"]);
  expect(statSync(`${server.at}/there/deep/er/empty`).size).toBe(0);
  expect(done.out).toContain("grown.bin");
});

test("scp copies both ways, and half a file is gone on with where it ends", async () => {
  const bytes = Buffer.alloc(300_000, "abc");
  writeFileSync(`${server.dir}/one`, bytes);
  const target = `${USER}@127.0.0.1:`;
  const scp = (...args: string[]) =>
    server.run("scp", ["-q", "-s", ...server.options, "-P", String(server.port), ...args]);
  expect(await scp(`${server.dir}/one`, `${target}/one`)).toMatchObject({ code: 0 });
  expect(await scp(`${target}one`, `${server.dir}/two`)).toMatchObject({ code: 0 });
  expect(readFileSync(`${server.dir}/two`).equals(bytes)).toBe(true);
  writeFileSync(`${server.at}/half`, bytes.subarray(0, 100_000));
  expect(await server.batch(`reput ${server.dir}/one half`)).toMatchObject({ code: 0 });
  expect(readFileSync(`${server.at}/half`).equals(bytes)).toBe(true);
});

test("a folder of thousands is listed page by page, and one file of it is found", async () => {
  mkdirSync(`${server.at}/many`);
  for (let at = 0; at < 2_500; at++) writeFileSync(`${server.at}/many/f${at}`, "");
  const { code, out } = await server.batch("ls -1 many", "ls many/f77");
  expect(code).toBe(0);
  expect(out.split("\n").filter((line) => /^many\/f\d+$/.test(line.trim()))).toHaveLength(2_501);
});

test("nothing leads out of the bot's folder, and what is no file is not opened", async () => {
  writeFileSync(`${server.outside}/secret`, "untouched", { mode: 0o644 });
  symlinkSync(server.outside, `${server.at}/out`);
  symlinkSync("out", `${server.at}/chain`);
  symlinkSync("/proc/self/root", `${server.at}/root`);
  symlinkSync(`${server.outside}/secret`, `${server.at}/pointer`);
  linkSync(`${server.outside}/secret`, `${server.at}/hard`);
  execFileSync("mkfifo", [`${server.at}/pipe`]);
  writeFileSync(`${server.at}/own`, "own");
  writeFileSync(`${server.dir}/evil`, "evil");
  const secrets = [
    "out/secret",
    "chain/secret",
    `root${server.outside}/secret`,
    "pointer",
    "../outside/secret",
    "/../../outside/secret",
  ];
  const tries = [
    ...secrets.flatMap((path) => [
      `get ${path} ${server.dir}/got`,
      `put ${server.dir}/evil ${path}`,
      `chmod 777 ${path}`,
      `rename own ${path}`,
      `rename ${path} taken`,
      `rm ${path}.none`,
    ]),
    "rm out/secret",
    "rm chain/secret",
    "mkdir out/made",
    "rmdir out",
    `put ${server.dir}/evil hard`,
    "chmod 777 hard",
    `get pipe ${server.dir}/got`,
    "symlink /etc etc",
    "ln -s /etc etc",
    "ln own two",
    "rename own ..",
    "rmdir /",
  ];
  for (const one of tries) {
    writeFileSync(`${server.at}/own`, "own");
    const { err } = await server.batch(one);
    // A link itself may be moved, as the bot may move it; what it leads to is what counts.
    if (!/^rename (own )?pointer/.test(one)) expect(err, one).not.toBe("");
  }
  expect((await server.batch("ls -l out/", "ls -l chain")).out).not.toContain("secret");
  expect(readFileSync(`${server.outside}/secret`, "utf8")).toBe("untouched");
  expect(statSync(`${server.outside}/secret`).mode & 0o777).toBe(0o644);
  expect(readdirSync(server.outside)).toEqual(["secret"]);
  expect(readdirSync(server.dir)).not.toContain("got");
});

test("each operation asks for its own permission, and goes on asking while a file is open", async () => {
  writeFileSync(`${server.at}/a`, "a");
  writeFileSync(`${server.dir}/b`, "b");
  server.web.permissions = ["file:sftp", "file:list"];
  for (const one of [
    `get a ${server.dir}/got`,
    `put ${server.dir}/b b`,
    "mkdir d",
    "rm a",
    "rename a c",
    "chmod 600 a",
  ])
    expect((await server.batch(one)).err, one).toContain("ermission denied");
  expect(readdirSync(server.at)).toEqual(["a"]);
  server.web.permissions = ["file:sftp", "file:list", "file:upload"];
  expect(await server.batch(`put ${server.dir}/b b`)).toMatchObject({ code: 0 });
  expect((await server.batch(`put ${server.dir}/b a`)).err).toContain("ermission denied");

  server.web.permissions = ["file:sftp", "file:list", "file:download"];
  const client = await connect();
  const sftp = await channelOf(client);
  const handle = await new Promise<Buffer>((resolve, reject) =>
    sftp.open("a", "r", (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  const read = () =>
    new Promise<string>((resolve) => {
      sftp.read(handle, Buffer.alloc(1), 0, 1, 0, (error, count) => resolve(error ? error.message : String(count)));
    });
  expect(await read()).toBe("1");
  server.web.permissions = ["file:sftp", "file:list"];
  await server.sftp.check();
  expect(await read()).toContain("file:download");
  client.end();
});

test("the quota counts while bytes arrive, and what is removed is free again", async () => {
  server.limits.diskMb = 1;
  writeFileSync(`${server.dir}/big`, Buffer.alloc(3 * 1024 * 1024));
  writeFileSync(`${server.dir}/small`, Buffer.alloc(900 * 1024));
  const over = await server.batch(`put ${server.dir}/big big`);
  expect([over.code, over.err]).toEqual([1, expect.stringContaining("Failure")]);
  expect(statSync(`${server.at}/big`).size).toBeLessThanOrEqual(1024 * 1024);
  expect(await server.batch("rm big", `put ${server.dir}/small small`)).toMatchObject({ code: 0 });
  // Written over itself it takes no more than once.
  expect(await server.batch(`put ${server.dir}/small small`)).toMatchObject({ code: 0 });
  expect((await server.batch(`put ${server.dir}/small other`)).code).toBe(1);
  expect((await server.files.usage(BOT)).bytes).toBeLessThanOrEqual(1024 * 1024);
});

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
}, 15_000);

test("connections are bounded", async () => {
  const clients = await Promise.all(Array.from({ length: bounds.strangersOfPlace - 2 }, () => connect()));
  const more: ssh2.Client[] = [];
  for (let at = clients.length; at < bounds.ofUser; at++) {
    await vi.waitFor(async () => void more.push(await connect()), 10_000);
  }
  await vi.waitFor(() => fails(LOGIN), 10_000);
  for (const client of [...clients, ...more]) client.end();
});

test("what was done is told once for a minute and connection, without contents", async () => {
  writeFileSync(`${server.dir}/one`, "secret words");
  await server.batch(
    `put ${server.dir}/one a`,
    `put ${server.dir}/one b`,
    `get a ${server.dir}/got`,
    "mkdir d",
    "rename b d/b",
    "rm a",
    "-get ../../x",
  );
  await vi.waitFor(() => expect(server.web.activity).toHaveLength(1), 10_000);
  expect(server.web.activity).toMatchObject([
    {
      userId: "u1",
      botId: BOT,
      address: "127.0.0.1",
      written: 2,
      bytesWritten: 24,
      read: 1,
      bytesRead: 12,
      removed: 1,
      renamed: 1,
      foldersMade: 1,
      refused: 1,
      paths: ["a", "b", "d", "d/b", expect.stringContaining("x")],
    },
  ]);
  expect(JSON.stringify(server.web.activity)).not.toContain("secret words");
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
