import { AppError } from "#contracts/errors";
import type { BotFiles } from "../files/bot";
import { refusalOf } from "../files/refusals";
import type { Allow } from "./changes";
import { createHandles, type Reached } from "./handles";
import { onHandles } from "./on-handles";
import { onPaths } from "./on-paths";
import { type Do, status } from "./request";
import type { Tally } from "./tally";
import { DATA_BYTES, Fields, Malformed, PACKET_BYTES, packet, Status, Type, uint64s } from "./wire";

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
  /** Requests of the same such kind may be under way together; all others wait for one another. Never throws, whatever the request is. */
  kindOf(request: Buffer): "read" | "write" | undefined;
  close(): Promise<void>;
}

/** Files and folders that one channel has open. */
const HANDLES = 128;

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

  const desk = { files, handles, allow, tally };
  const [paths, opened] = [onPaths(desk), onHandles(desk)];
  const types: Readonly<Record<number, Do>> = { ...paths.types, ...opened.types };
  const extensions: Readonly<Record<string, Do>> = {
    ...paths.extensions,
    ...opened.extensions,
    "limits@openssh.com": async (id) =>
      packet(Type.extendedReply, id, uint64s(PACKET_BYTES, DATA_BYTES, DATA_BYTES, HANDLES)),
  };
  const extensionNamed = (name = ""): Do | undefined =>
    Object.hasOwn(extensions, name) ? extensions[name] : undefined;

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
      const act = type === Type.extended ? extensionNamed(fields.text()) : types[type];
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
      // Type, number of the request, length of the handle, handle. One that is shorter is found out when it is answered.
      return request.length < 13 || handles.appends(request.subarray(9, 13)) ? undefined : "write";
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
