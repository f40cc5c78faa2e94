import { AppError } from "#contracts/errors";
import { makeFolder } from "../files/folder";
import { folderOf, openFolder } from "../files/open";
import { partsOf } from "../files/path";
import { attrsOf, noAttrs, readAttrs } from "./attrs";
import { look, removeAt, removeFolderAt, renameAt, setAt } from "./changes";
import { readingOf } from "./handles";
import { assertChange, openFile } from "./open-file";
import { pathFrom, realPath } from "./paths";
import { type Desk, type Do, done, status } from "./request";
import { space } from "./space";
import { packet, Status, Type } from "./wire";

/** Requests that name what they are about by its path. */
export function onPaths({ files, handles, allow, tally }: Desk): {
  types: Record<number, Do>;
  extensions: Record<string, Do>;
} {
  const statAt: Do = async (id, fields, about) => {
    const path = about(pathFrom(fields.text()));
    allow("file:list");
    return packet(Type.attrs, id, attrsOf(await look(await files(), path)));
  };

  const renameAs =
    (replaces: boolean): Do =>
    async (id, fields, about) => {
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

  const types: Record<number, Do> = {
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
      const own = await (await files()).jail.folder(partsOf(path), async (folder) =>
        folderOf(await openFolder(`${folder.path}/.`), folder.sight),
      );
      return packet(Type.handle, id, handles.add(readingOf(own)));
    },
    [Type.setstat]: async (id, fields, about) => {
      const path = about(pathFrom(fields.text()));
      const wanted = readAttrs(fields);
      assertChange(allow, wanted, false);
      const bot = await files();
      await bot.alone(() => setAt(bot, path, wanted));
      tally.add("changed", path);
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
    [Type.rename]: renameAs(false),
    // Links are neither made nor read: on the client's own machine one would lead to the client's own files.
    [Type.symlink]: async (id) => status(id, Status.permissionDenied, "Links are not made over SFTP."),
    [Type.readlink]: async (id) => status(id, Status.permissionDenied, "Links are not followed over SFTP."),
  };

  const extensions: Record<string, Do> = {
    "posix-rename@openssh.com": renameAs(true),
    "statvfs@openssh.com": async (id) => {
      allow("file:list");
      return packet(Type.extendedReply, id, await space(await files()));
    },
  };
  return { types, extensions };
}
