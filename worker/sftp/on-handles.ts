import { fchmodSync, fstatSync, futimesSync, lstatSync } from "node:fs";
import { AppError } from "#contracts/errors";
import { attrsOf, longName, readAttrs } from "./attrs";
import { readAt, sizeOf, sync } from "./disk";
import { assertChange, lengthOf, resize, writeAll } from "./open-file";
import { type Desk, type Do, done, status } from "./request";
import { DATA_BYTES, DATA_HEAD, dataPacket, packet, type Raw, Status, Type } from "./wire";

/** Names of a folder in one answer: about 30 KB. */
const PAGE = 200;

/** Requests about what is open. Each asks again whether it may be: it stays open longer than a permission may last. */
export function onHandles({ handles, allow, tally }: Pick<Desk, "handles" | "allow" | "tally">): {
  types: Record<number, Do>;
  extensions: Record<string, Do>;
} {
  const types: Record<number, Do> = {
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
      await writeAll(opened, bytes, asked).catch((error: unknown) => {
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
    [Type.fsetstat]: async (id, fields, about) => {
      const opened = handles.file(fields.bytes());
      about(opened.path);
      const wanted = readAttrs(fields);
      if (!opened.writes) throw new AppError("not_allowed", { permission: "file:write" });
      assertChange(allow, wanted, opened.made);
      const { size, mode, times } = wanted;
      if (size !== undefined) await resize(opened, lengthOf(size));
      if (mode !== undefined) fchmodSync(opened.fd, mode & 0o777);
      if (times) futimesSync(opened.fd, times.accessed, times.changed);
      if (!opened.made) tally.add("changed", opened.path);
      return done(id);
    },
  };

  const extensions: Record<string, Do> = {
    "fsync@openssh.com": async (id, fields) => {
      await sync(handles.file(fields.bytes()).fd);
      return done(id);
    },
  };
  return { types, extensions };
}
