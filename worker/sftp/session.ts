import { fchmodSync, fstatSync, futimesSync, lstatSync } from "node:fs";
import { AppError } from "#contracts/errors";
import type { BotFiles } from "../files/bot";
import { makeFolder } from "../files/folder";
import { folderOf, openFolder } from "../files/open";
import { partsOf } from "../files/path";
import { refusalOf } from "../files/refusals";
import { attrsOf, longName, noAttrs, readAttrs, type Wanted } from "./attrs";
import { type Allow, look, removeAt, removeFolderAt, renameAt, setAt } from "./changes";
import { readAt, sizeOf, sync } from "./disk";
import { createHandles, type Reached, readingOf } from "./handles";
import { lengthOf, openFile, resize, writeAll } from "./open-file";
import { pathFrom, realPath } from "./paths";
import { space } from "./space";
import type { Tally } from "./tally";
import {
  DATA_BYTES,
  DATA_HEAD,
  dataPacket,
  Fields,
  Malformed,
  PACKET_BYTES,
  packet,
  type Raw,
  Status,
  Type,
  uint64s,
} from "./wire";

export type SessionPorts = {
  /** The files of the bot, asked for each time: it may be gone. AppError not_found. */
  files: () => Promise<BotFiles>;
  allow: Allow;
  tally: Tally;
};

/** One SFTP channel: answers requests one by one. */
export interface Session {
  /** What a request is answered with. Malformed ends the connection. */
  answer(request: Buffer): Promise<Buffer>;
  /** Requests of the same such kind may be under way together; all others wait for one another. */
  kindOf(request: Buffer): "read" | "write" | undefined;
  close(): Promise<void>;
}

/** Files and folders that one channel has open. */
const HANDLES = 128;
/** Names of a folder in one answer: about 30 KB. */
const PAGE = 200;

/** What we know beyond version 3, as OpenSSH names it. */
const EXTENSIONS: readonly (readonly [string, string])[] = [
  ["posix-rename@openssh.com", "1"],
  ["statvfs@openssh.com", "2"],
  ["fsync@openssh.com", "1"],
  ["limits@openssh.com", "1"],
];

export function createSession({ files: filesNow, allow, tally }: SessionPorts): Session {
  let reached: { of: BotFiles; bot: Reached } | undefined;
  async function files(): Promise<Reached> {
    const of = await filesNow();
    if (reached?.of === of) return reached.bot;
    await reached?.bot.jail.close();
    reached = { of, bot: { ...of, jail: { ...of.jail, ...of.jail.keepOpen() } } };
    return reached.bot;
  }
  const handles = createHandles(HANDLES);
  let isOpen = false;

  /** What one request names, for the words of its refusal. */
  type Do = (id: number, fields: Fields, about: (path: string) => string) => Promise<Buffer>;
  const done = (id: number) => status(id, Status.ok);

  const statAt: Do = async (id, fields, about) => {
    const path = about(pathFrom(fields.text()));
    allow("file:list");
    return packet(Type.attrs, id, attrsOf(await look(await files(), path)));
  };

  const table: Record<number, Do> = {
    [Type.realpath]: async (id, fields) => packet(Type.name, id, 1, realPath(fields.text()), "", noAttrs),
    [Type.lstat]: statAt,
    // A link is not followed: it is what it is.
    [Type.stat]: statAt,
    [Type.open]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      const flags = fields.uint32();
      const wanted = readAttrs(fields);
      assertRoom();
      const opened = await openFile(await files(), path, flags, wanted, allow);
      return packet(Type.handle, id, handles.add(opened));
    },
    [Type.opendir]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      allow("file:list");
      assertRoom();
      // Opened anew by itself, so that it stays open after the way to it is closed.
      const own = await (await files()).jail.folder(partsOf(path), (folder) => openFolder(`${folder.path}/.`));
      return packet(Type.handle, id, handles.add(readingOf(folderOf(own))));
    },
    [Type.readdir]: async (id, fields) => {
      const { folder, names } = handles.folder(fields.bytes());
      allow("file:list");
      const rows: (number | string | Buffer | Raw)[] = [];
      while (rows.length < PAGE * 3) {
        const next = await names.next();
        if (next.done) break;
        const { name } = next.value;
        const stat = lstatSync(folder.at(name), { throwIfNoEntry: false });
        if (stat) rows.push(name, longName(name.toString(), stat), attrsOf(stat));
      }
      return rows.length === 0 ? status(id, Status.eof) : packet(Type.name, id, rows.length / 3, ...rows);
    },
    [Type.read]: async (id, fields, about) => {
      const opened = handles.file(fields.bytes());
      about(opened.path);
      const offset = fields.uint64();
      const wanted = Math.min(fields.uint32(), DATA_BYTES);
      if (!opened.reads) throw new AppError("not_allowed", { permission: "file:download" });
      allow("file:download");
      const size = sizeOf(opened.fd);
      const length = Math.min(wanted, size - offset);
      if (length <= 0) return status(id, Status.eof);
      const room = Buffer.allocUnsafe(DATA_HEAD + length);
      const bytesRead = await readAt(opened.fd, room, DATA_HEAD, offset, size);
      if (bytesRead === 0) return status(id, Status.eof);
      if (!opened.wasRead) tally.add("read", opened.path);
      opened.wasRead = true;
      tally.bytes("bytesRead", bytesRead);
      return dataPacket(room, id, bytesRead);
    },
    [Type.write]: async (id, fields, about) => {
      const opened = handles.file(fields.bytes());
      about(opened.path);
      const asked = fields.uint64();
      const bytes = fields.bytes();
      if (!opened.writes) throw new AppError("not_allowed", { permission: "file:write" });
      allow(opened.made ? "file:upload" : "file:write");
      if (opened.failure) throw opened.failure;
      await writeAll(opened, bytes, opened.appends ? opened.size : asked).catch((error: unknown) => {
        opened.failure = error;
        throw error;
      });
      if (!opened.wasWritten) tally.add("written", opened.path);
      opened.wasWritten = true;
      tally.bytes("bytesWritten", bytes.length);
      return done(id);
    },
    [Type.close]: async (id, fields, about) => {
      const closed = await handles.close(fields.bytes());
      if (closed.kind === "file") {
        about(closed.path);
        // An empty file that was made was written as well.
        if (closed.made && !closed.wasWritten) tally.add("written", closed.path);
        if (closed.failure) throw closed.failure;
      }
      return done(id);
    },
    [Type.fstat]: async (id, fields) => {
      const handle = fields.bytes();
      allow("file:list");
      return packet(Type.attrs, id, attrsOf(fstatSync(handles.file(handle).fd)));
    },
    [Type.setstat]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      const wanted = readAttrs(fields);
      assertChange(wanted, false);
      const bot = await files();
      await bot.alone(() => setAt(bot, path, wanted));
      tally.add("changed", path);
      return done(id);
    },
    [Type.fsetstat]: async (id, fields, about) => {
      const opened = handles.file(fields.bytes());
      about(opened.path);
      const wanted = readAttrs(fields);
      if (!opened.writes) throw new AppError("not_allowed", { permission: "file:write" });
      assertChange(wanted, opened.made);
      const { size, mode, times } = wanted;
      if (size !== undefined) await resize(opened, lengthOf(size));
      if (mode !== undefined) fchmodSync(opened.fd, mode & 0o777);
      if (times) futimesSync(opened.fd, times.accessed, times.changed);
      if (!opened.made) tally.add("changed", opened.path);
      return done(id);
    },
    [Type.mkdir]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      allow("file:create");
      const bot = await files();
      await bot.alone(() => makeFolder(bot, path));
      tally.add("foldersMade", path);
      return done(id);
    },
    [Type.rmdir]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      allow("file:delete");
      const bot = await files();
      await bot.alone(() => removeFolderAt(bot, path));
      tally.add("removed", path);
      return done(id);
    },
    [Type.remove]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      allow("file:delete");
      const bot = await files();
      await bot.alone(() => removeAt(bot, path));
      tally.add("removed", path);
      return done(id);
    },
    [Type.rename]: (id, fields, about) => renameAs(id, fields, about, false),
    // Links are neither made nor read: on the client's own machine one would lead to the client's own files.
    [Type.symlink]: async (id) => status(id, Status.permissionDenied, "Links are not made over SFTP."),
    [Type.readlink]: async (id) => status(id, Status.permissionDenied, "Links are not followed over SFTP."),
  };

  const extended: Record<string, Do> = {
    "posix-rename@openssh.com": (id, fields, about) => renameAs(id, fields, about, true),
    "fsync@openssh.com": async (id, fields) => {
      await sync(handles.file(fields.bytes()).fd);
      return done(id);
    },
    "limits@openssh.com": async (id) =>
      packet(Type.extendedReply, id, uint64s(PACKET_BYTES, DATA_BYTES, DATA_BYTES, HANDLES)),
    "statvfs@openssh.com": async (id) => {
      allow("file:list");
      return packet(Type.extendedReply, id, await space(await files()));
    },
  };

  const renameAs = async (id: number, fields: Fields, about: (path: string) => string, replaces: boolean) => {
    const from = about(pathFrom(fields.text()));
    const to = about(pathFrom(fields.text()));
    allow("file:move");
    const bot = await files();
    await bot.alone(() => renameAt(bot, from, to, replaces, allow));
    tally.add("renamed", to);
    return done(id);
  };

  function assertRoom(): void {
    if (!handles.hasRoom()) throw new AppError("bad_input", { detail: "Too many files are open." });
  }

  /** Who made a file says what it is like; for all others that is a change of its own. */
  function assertChange({ size, mode, times }: Wanted, isMaker: boolean): void {
    if (isMaker) allow("file:upload");
    if (!isMaker && mode !== undefined) allow("file:chmod");
    if (!isMaker && (size !== undefined || times)) allow("file:write");
  }

  return {
    async answer(request) {
      const fields = new Fields(request);
      const type = fields.byte();
      if (!isOpen) {
        if (type !== Type.init || fields.uint32() < 3) throw new Malformed("a client of another version");
        isOpen = true;
        return packet(Type.version, 3, ...EXTENSIONS.flat());
      }
      const id = fields.uint32();
      const act = type === Type.extended ? extended[fields.text() ?? ""] : table[type];
      if (!act) return status(id, Status.unsupported, "This is not known here.");
      let path = "";
      try {
        return await act(id, fields, (named) => {
          path = named;
          return named;
        });
      } catch (error) {
        const refusal = refusalOf(error, path);
        if (!(refusal instanceof AppError)) throw error;
        const code = statusOf[refusal.code] ?? Status.failure;
        if (code === Status.permissionDenied) tally.add("refused", path || String(refusal.values.path ?? ""));
        return status(id, code, refusal.message);
      }
    },
    kindOf(request) {
      if (request[0] === Type.read) return "read";
      if (request[0] !== Type.write) return undefined;
      return handles.appends(new Fields(request, 5).bytes()) ? undefined : "write";
    },
    async close() {
      await handles.closeAll();
      await reached?.bot.jail.close();
    },
  };
}

/** What an expected failure is to a client; all else is a plain failure with its sentence. */
const statusOf: { readonly [Code in AppError["code"]]?: number } = {
  not_allowed: Status.permissionDenied,
  path_unsafe: Status.permissionDenied,
  file_special: Status.permissionDenied,
  file_missing: Status.noSuchFile,
  not_found: Status.noSuchFile,
  folder_missing: Status.noSuchFile,
};

const status = (id: number, code: number, text = ""): Buffer => packet(Type.status, id, code, text, "en");
