import { once } from "node:events";
import ssh2, { type ClientChannel } from "ssh2";
import { PASSWORD } from "../../../src/server/testing/panel";
import { createCutter, Fields, packet, Raw, Status, Type, uint64s } from "../../../worker/sftp/wire";
import { sftpPortOf } from "../../support/real-panel";
import type { FileClient, Outcome } from "./file-threats";
import type { FilesWorld } from "./files-world";

/** A connection over which packets go as they are written here: no client in between that would mend or refuse a path. */
export type Wire = {
  /** Sends one request and waits for its answer. */
  ask(type: number, ...fields: readonly (number | string | Buffer | Raw)[]): Promise<Buffer>;
  close(): void;
};

/** Signs the owner in with their password. */
export async function openWire({ panel, owner, botId }: FilesWorld): Promise<Wire> {
  const client = new ssh2.Client();
  const [port, ready] = [await sftpPortOf(panel, owner), once(client, "ready")];
  client.connect({ host: "127.0.0.1", port, username: `${owner.email}.${botId}`, password: PASSWORD });
  await ready;
  // Otherwise each request waits for the answer of the network to the one before.
  client.setNoDelay(true);
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.subsys("sftp", (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  /** Requests wait for each other, so the next packet is the answer to the last. */
  let answered = (_answer: Buffer) => {};
  let failed = (_why: Error) => {};
  channel.on(
    "data",
    createCutter((answer) => answered(Buffer.from(answer))),
  );
  channel.once("close", () => failed(new Error("the connection ended")));
  const send = (bytes: Buffer) =>
    new Promise<Buffer>((resolve, reject) => {
      answered = resolve;
      failed = reject;
      if (channel.destroyed) reject(new Error("the connection has ended"));
      else channel.write(bytes);
    });
  let id = 3;
  let last: Promise<unknown> = send(packet(Type.init, id));
  await last;
  return {
    ask(type, ...fields) {
      const answer = last.then(() => send(packet(type, ++id, ...fields)));
      last = answer.catch(() => {});
      return answer;
    },
    close: () => void client.end(),
  };
}

const READ = 1;
const WRITE = 2;
const APPEND = 4;
const CREATE = 8;
const TRUNCATE = 16;
const EXCLUSIVE = 32;
/** SSH_FILEXFER_ATTR_*, with what they say. */
const noAttrs = new Raw(Buffer.alloc(4));
const attribute = (flag: number, ...values: readonly number[]) => {
  const bytes = Buffer.alloc(4 + values.length * 4);
  for (const [at, value] of [flag, ...values].entries()) bytes.writeUInt32BE(value, at * 4);
  return new Raw(bytes);
};
const allBits = attribute(4, 0o777);
const longAgo = attribute(8, 1, 1);
const empty = attribute(1, 0, 0);

/** Files over SFTP: each request that takes a path, with it in each of its places. `encode`: how a path becomes bytes. */
export function sftpClient({ ask }: Wire, encode: (path: string) => Buffer = (path) => Buffer.from(path)): FileClient {
  const outcome = (answer: Buffer): Outcome => {
    const fields = new Fields(answer, 5);
    const done = answer[0] !== Type.status || fields.uint32() === Status.ok;
    return { done, said: answer.toString("latin1") };
  };
  const done = async (asked: Promise<Buffer>) => outcome(await asked);
  const extended = (name: string, ...fields: readonly Buffer[]) => done(ask(Type.extended, name, ...fields));

  /** Opens, does something with what was opened, and closes it. */
  async function open(answering: Promise<Buffer>, use: (handle: Buffer) => Promise<Buffer>): Promise<Outcome> {
    const answer = await answering;
    if (answer[0] !== Type.handle) return outcome(answer);
    const handle = new Fields(answer, 5).bytes();
    const used = await use(handle);
    await ask(Type.close, handle);
    return { done: true, said: used.toString("latin1") };
  }
  const openFile = (path: string, flags: number) => ask(Type.open, encode(path), flags, noAttrs);
  const read = (path: string, flags: number) =>
    open(openFile(path, flags), (handle) => ask(Type.read, handle, uint64s(0), 4_096));
  const write = (path: string, flags: number) =>
    open(openFile(path, flags), (handle) => ask(Type.write, handle, uint64s(0), "evil"));
  const own = Buffer.from("index.js");
  const fresh = Buffer.from("fresh");

  return {
    stat: (path) => done(ask(Type.stat, encode(path))),
    lstat: (path) => done(ask(Type.lstat, encode(path))),
    list: (path) => open(ask(Type.opendir, encode(path)), (handle) => ask(Type.readdir, handle)),
    read: (path) => read(path, READ),
    "read to write": (path) => read(path, READ | WRITE),
    write: (path) => write(path, WRITE | CREATE | TRUNCATE),
    "write into": (path) => write(path, WRITE),
    append: (path) => write(path, WRITE | APPEND),
    "write new": (path) => write(path, WRITE | CREATE | EXCLUSIVE),
    "make a folder": (path) => done(ask(Type.mkdir, encode(path), noAttrs)),
    "remove a folder": (path) => done(ask(Type.rmdir, encode(path))),
    delete: (path) => done(ask(Type.remove, encode(path))),
    "rename from": (path) => done(ask(Type.rename, encode(path), fresh)),
    "rename to": (path) => done(ask(Type.rename, own, encode(path))),
    "replace from": (path) => extended("posix-rename@openssh.com", encode(path), own),
    "replace to": (path) => extended("posix-rename@openssh.com", own, encode(path)),
    "change bits": (path) => done(ask(Type.setstat, encode(path), allBits)),
    "change times": (path) => done(ask(Type.setstat, encode(path), longAgo)),
    "change size": (path) => done(ask(Type.setstat, encode(path), empty)),
  };
}

/** What is refused wherever it points, and what tells of a path by its spelling alone. */
export function neverClient({ ask }: Wire): FileClient {
  const tell = async (asked: Promise<Buffer>): Promise<Outcome> => {
    const answer = await asked;
    const isRefused = answer[0] === Type.status && new Fields(answer, 5).uint32() !== Status.ok;
    return { done: !isRefused && answer[0] !== Type.name, said: answer.toString("latin1") };
  };
  const own = Buffer.from("index.js");
  const fresh = Buffer.from("fresh");
  return {
    "real path": (path) => tell(ask(Type.realpath, path)),
    "read a link": async (path) => {
      const answer = await ask(Type.readlink, path);
      return { done: answer[0] !== Type.status, said: answer.toString("latin1") };
    },
    "link to": (path) => tell(ask(Type.symlink, path, fresh)),
    "link from": (path) => tell(ask(Type.symlink, own, path)),
    "hard link to": (path) => tell(ask(Type.extended, "hardlink@openssh.com", path, fresh)),
    "hard link from": (path) => tell(ask(Type.extended, "hardlink@openssh.com", own, path)),
    "set a link's bits": (path) => tell(ask(Type.extended, "lsetstat@openssh.com", path, allBits)),
    "expand a path": (path) => tell(ask(Type.extended, "expand-path@openssh.com", path)),
  };
}

/** Paths on honest ground at which each request is done. */
export const honestSftpPath = (operation: string): string => HONEST[operation] ?? "index.js";
const HONEST: Readonly<Record<string, string>> = {
  list: "src",
  "write new": "src/new",
  "make a folder": "src/new",
  "remove a folder": "empty",
  "rename to": "src/new",
};
