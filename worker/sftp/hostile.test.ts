import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { Duplex } from "node:stream";
import type { AuthContext, Client, ClientChannel, ServerChannel } from "ssh2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BOT } from "../files/stage";
import { carry } from "./channel";
import { listenAt } from "./port";
import { createSignIn } from "./sign-in";
import { openServer, type Server } from "./testing/server";
import { createCutter, Fields, packet, Raw, Status, Type, uint64s } from "./wire";

/* What no honest client sends. An error that nobody caught would end the worker, and fails these tests as well. */

const texts = (...all: readonly string[]) =>
  Buffer.concat(
    all.map((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    }),
  );

describe("on a connection", () => {
  let server: Server;
  const clients: Client[] = [];
  beforeEach(async () => {
    server = await openServer();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end();
    await server.close();
  });

  async function connect(): Promise<Client> {
    const client = await server.connect();
    clients.push(client);
    return client;
  }

  /** A channel whose packets are ours; `ask` settles with the answers to all that is sent at once, in their order. */
  async function open(client: Client) {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.subsys("sftp", (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    const answers: Buffer[] = [];
    let came = () => {};
    const cut = createCutter((one) => {
      answers.push(one);
      came();
    });
    channel.on("data", cut);
    const ask = async (...requests: readonly Buffer[]) => {
      channel.write(Buffer.concat(requests));
      while (answers.length < requests.length)
        await new Promise<void>((go) => {
          came = go;
        });
      return answers.splice(0, requests.length);
    };
    await ask(packet(Type.init, 3));
    return { channel, ask };
  }
  const statusOf = (answer: Buffer | undefined) => (answer?.[0] === Type.status ? answer.readUInt32BE(5) : answer?.[0]);
  const handleOf = (answer: Buffer | undefined) => new Fields(answer ?? Buffer.alloc(0), 5).bytes();
  const [WRITE, CREATE] = [2, 8];
  const opening = (path: string, flags = WRITE | CREATE) => packet(Type.open, 1, path, flags, 0);
  const writing = (handle: Buffer, at: number, bytes: Buffer) => packet(Type.write, 2, handle, uint64s(at), bytes);

  test("a write that is none, behind a request that takes a while, ends its connection and nothing else", async () => {
    const { channel, ask } = await open(await connect());
    expect(statusOf((await ask(packet(Type.stat, 1, "/")))[0])).toBe(Type.attrs);
    const over = once(channel, "close");
    channel.write(Buffer.concat([opening("a"), packet(Type.write, 2)]));
    await over;
    await open(await connect());
    expect(server.said).toEqual([]);
  });

  test("an extension that every object has is none of ours", async () => {
    const { ask } = await open(await connect());
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"])
      expect([name, statusOf((await ask(packet(Type.extended, 1, name)))[0])]).toEqual([name, Status.unsupported]);
  });

  test("sessions that come to nothing are bounded, and SFTP is still there beside them", async () => {
    const client = await connect();
    const refused = (work: (done: (error?: Error) => void) => void) =>
      new Promise<string>((resolve) => work((error) => resolve(error?.message ?? "")));
    const said = await Promise.all(Array.from({ length: 70 }, () => refused((done) => client.exec("id", done))));
    expect(said.filter((message) => message.includes("Channel open failure"))).toHaveLength(6);
    await open(await connect());
  });

  test("what one removes or shortens while it is written to counts against the quota as any other", async () => {
    const MB = 1024 * 1024;
    server.limits.diskMb = 2;
    const { ask } = await open(await connect());
    const handle = handleOf((await ask(opening("a")))[0]);
    const half = Buffer.alloc(MB / 8);
    const eight = (to: Buffer) => Array.from({ length: 8 }, (_, at) => writing(to, at * half.length, half));
    expect((await ask(...eight(handle))).map(statusOf)).toEqual(Array.from({ length: 8 }, () => Status.ok));
    // By its path, so that who writes does not hear of it.
    expect(statusOf((await ask(packet(Type.setstat, 3, "a", 1, uint64s(0))))[0])).toBe(Status.ok);
    expect((await ask(...eight(handle))).map(statusOf)).toEqual(Array.from({ length: 8 }, () => Status.ok));
    const { quota } = await server.files.bot(BOT);
    expect((await quota.usage()).bytes).toBe(MB);
    unlinkSync(`${server.at}/a`);
    expect(statusOf((await ask(writing(handle, 0, half)))[0])).toBe(Status.noSuchFile);
  });

  test("who may make no more files still writes over one, and a folder that is moved into itself is said to be", async () => {
    const { ask } = await open(await connect());
    writeFileSync(`${server.at}/old`, "old");
    mkdirSync(`${server.at}/d`);
    const { quota } = await server.files.bot(BOT);
    const { files, maxFiles } = await quota.usage();
    await quota.take(0, maxFiles - files);
    expect(statusOf((await ask(opening("new")))[0])).toBe(Status.failure);
    expect(statusOf((await ask(opening("old")))[0])).toBe(Type.handle);
    expect(statusOf((await ask(packet(Type.rename, 4, "d", "d/e")))[0])).toBe(Status.failure);
    expect(readdirSync(server.at).toSorted()).toEqual(["d", "old"]);
  });

  test("what is appended to a new file goes to its end, whoever else made it shorter", async () => {
    const APPEND = 4;
    const { ask } = await open(await connect());
    const handle = handleOf((await ask(opening("log", WRITE | CREATE | APPEND)))[0]);
    await ask(writing(handle, 0, Buffer.from("first")));
    writeFileSync(`${server.at}/log`, "1");
    await ask(writing(handle, 0, Buffer.from("2")));
    expect(readFileSync(`${server.at}/log`, "utf8")).toBe("12");
  });

  test("a long list tells folders and links from files", async () => {
    mkdirSync(`${server.at}/folder`);
    symlinkSync("folder", `${server.at}/link`);
    const { ask } = await open(await connect());
    const handle = handleOf((await ask(packet(Type.opendir, 1, "/")))[0]);
    const fields = new Fields((await ask(packet(Type.readdir, 2, handle)))[0] ?? Buffer.alloc(0), 5);
    const lines = Array.from({ length: fields.uint32() }, () => {
      fields.bytes();
      const line = fields.bytes().toString();
      for (const _word of Array(8)) fields.uint32();
      return line[0];
    });
    expect(lines.toSorted()).toEqual(["d", "l"]);
  });

  test("paths as long as a page do not fill the activity", async () => {
    const client = await connect();
    const { ask } = await open(client);
    const long = (name: string) => `${"x".repeat(250)}/`.repeat(60) + name;
    await ask(...["a", "b"].map((name) => packet(Type.open, 1, `../${long(name)}`, WRITE, 0)));
    client.end();
    await vi.waitFor(() => expect(server.web.activity).toHaveLength(1));
    const [entry] = server.web.activity;
    expect(entry?.refused).toBe(2);
    expect(Buffer.byteLength(JSON.stringify(entry?.paths))).toBeLessThan(1_000);
  });
});

test.each([
  ["no exponent and no modulus", texts("ssh-rsa", "", ""), "ssh-rsa"],
  ["no point of a curve", texts("ecdsa-sha2-nistp256", "nistp256", ""), "ecdsa-sha2-nistp256"],
  ["no bytes at all", Buffer.alloc(0), "ssh-ed25519"],
])("a key of %s is refused, and the web is not asked about it", async (_what, data, algo) => {
  const answers: string[] = [];
  const signIn = createSignIn({
    ask: () => Promise.reject(new Error("asked")),
    address: "192.0.2.1",
    say: (line) => void answers.push(line),
    admit: () => true,
    end: () => void answers.push("ended"),
  });
  const context = {
    method: "publickey",
    username: `ada.${BOT}`,
    key: { algo, data },
    hashAlgo: "sha256",
    blob: Buffer.from("x"),
    signature: Buffer.alloc(0),
    reject: () => void answers.push("refused"),
    accept: () => void answers.push("in"),
  };
  signIn(context as unknown as AuthContext);
  await vi.waitFor(() => expect(answers).toEqual(["refused"]));
});

test("a login that no database could look up is nobody's, and is not asked about", async () => {
  let asked = 0;
  const heard: string[] = [];
  const signIn = createSignIn({
    ask: () => {
      asked += 1;
      return Promise.reject(new Error("asked"));
    },
    address: "192.0.2.1",
    say: (line) => void heard.push(line),
    admit: () => true,
    end: () => {},
  });
  for (const username of [`a\0da.${BOT}`, `ada.${BOT.slice(1)}\0`]) {
    const refused = new Promise<void>((reject) => {
      signIn({ method: "password", username, password: "right", reject: () => reject() } as unknown as AuthContext);
    });
    await refused;
  }
  expect([asked, heard]).toEqual([0, []]);
});

test("of a client that asks without end, so many requests wait and the rest is not read", async () => {
  const channel = Object.assign(new Duplex({ read() {}, write: (_piece, _encoding, done) => done() }), { exit() {} });
  const never = new Promise<Buffer>(() => {});
  const session = { answer: () => never, kindOf: () => undefined, close: async () => {} };
  const socket = new Duplex({ read() {}, write: (_piece, _encoding, done) => done() });
  const fail = vi.fn();
  void carry(channel as unknown as ServerChannel, socket as unknown as Parameters<typeof carry>[1], session, {
    active: () => {},
    fail,
  });
  const tiny = packet(Type.close, 1, new Raw(Buffer.alloc(0)));
  channel.push(Buffer.concat(Array.from({ length: 1_000 }, () => tiny)));
  await new Promise(setImmediate);
  expect(channel.isPaused()).toBe(false);
  channel.push(Buffer.concat(Array.from({ length: 1_000 }, () => tiny)));
  await vi.waitFor(() => expect(channel.isPaused()).toBe(true));
  expect(fail).not.toHaveBeenCalled();
});

test("an error of a port that listens changes nothing, and one that is taken is had as soon as it is free", async () => {
  const taken = createServer();
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
  const at = taken.address();
  const port = typeof at === "object" && at ? at.port : 0;
  const said: string[] = [];
  const server = createServer();
  const options = { host: "127.0.0.1", port, fingerprint: "SHA256:x", say: (line: string) => void said.push(line) };
  const listening = await listenAt(server, { ...options, againMs: 5 });
  expect(listening.report()).toMatchObject({ state: "failed", why: "EADDRINUSE" });
  taken.close();
  await vi.waitFor(() => expect(listening.report()).toMatchObject({ state: "on", port }));
  server.emit("error", Object.assign(new Error("accept"), { code: "EMFILE" }));
  await new Promise((go) => setTimeout(go, 20));
  expect(listening.report()).toMatchObject({ state: "on", port });
  expect(said).toEqual([expect.stringContaining("EADDRINUSE"), expect.stringContaining("EMFILE")]);
  listening.close();
});
