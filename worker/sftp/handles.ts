import { AppError } from "#contracts/errors";
import type { BotFiles } from "../files/bot";
import type { Jail, OpenJail } from "../files/jail";
import { type Folder, type Name, namesIn } from "../files/open";
import { shut as shutFile } from "./disk";

/** A bot's files as one channel reaches them: what is asked for one after another mostly lies in one folder. */
export type Reached = BotFiles & { readonly jail: Jail & OpenJail };

/** A file that is open. */
export type OpenFile = {
  kind: "file";
  path: string;
  fd: number;
  bot: Reached;
  reads: boolean;
  writes: boolean;
  /** Every write goes to its end. */
  appends: boolean;
  /** This connection made it, so it may say what it is like. */
  made: boolean;
  /** As large as we know it to be, bytes: what goes beyond counts against the quota. */
  size: number;
  /** Writes that are under way. */
  writing: number;
  wasRead: boolean;
  wasWritten: boolean;
  /** Why a write failed: then all that follow do, and so does closing it, since many clients look no further than at the last answer. */
  failure?: unknown;
};

/** A folder whose names are being read. */
export type OpenFolder = {
  kind: "folder";
  folder: Folder;
  names: AsyncGenerator<{ name: Name; isFolder: boolean }>;
};

type Open = OpenFile | OpenFolder;

/** What a connection has open. The bound is per connection and over all of them, since each is a file of this process too. */
export interface Handles {
  /** Whether one more may be opened. */
  hasRoom(): boolean;
  /** Its name for the client. */
  add(open: Open): Buffer;
  file(handle: Buffer): OpenFile;
  folder(handle: Buffer): OpenFolder;
  /** Whether a write to it goes to the end, wherever that is. */
  appends(handle: Buffer): boolean;
  close(handle: Buffer): Promise<Open>;
  closeAll(): Promise<void>;
}

/** Open at once, over all connections. */
const ALL = 2_048;
let open = 0;

export function createHandles(most: number): Handles {
  const handles = new Map<number, Open>();
  let last = 0;

  const numberOf = (handle: Buffer): number => (handle.length === 4 ? handle.readUInt32BE(0) : 0);
  function find<Kind extends Open["kind"]>(handle: Buffer, kind: Kind): Extract<Open, { kind: Kind }> {
    const found = handles.get(numberOf(handle));
    if (!found || !isKind(found, kind)) throw unknown();
    return found;
  }

  async function shut(number: number, one: Open): Promise<void> {
    handles.delete(number);
    open -= 1;
    if (one.kind === "file") return shutFile(one.fd, one.size);
    await one.names.return(undefined).finally(() => one.folder.handle.close());
  }

  return {
    hasRoom: () => handles.size < most && open < ALL,
    add(one) {
      last += 1;
      open += 1;
      handles.set(last, one);
      const name = Buffer.alloc(4);
      name.writeUInt32BE(last);
      return name;
    },
    file: (handle) => find(handle, "file"),
    folder: (handle) => find(handle, "folder"),
    appends(handle) {
      const found = handles.get(numberOf(handle));
      return found?.kind === "file" && found.appends;
    },
    async close(handle) {
      const one = handles.get(numberOf(handle));
      if (!one) throw unknown();
      await shut(numberOf(handle), one);
      return one;
    },
    async closeAll() {
      await Promise.allSettled([...handles].map(([number, one]) => shut(number, one)));
    },
  };
}

const unknown = () => new AppError("bad_input", { detail: "Nothing of that handle is open." });

const isKind = <Kind extends Open["kind"]>(open: Open, kind: Kind): open is Extract<Open, { kind: Kind }> =>
  open.kind === kind;

/** The names of an open folder, read as they are asked for. */
export const readingOf = (folder: Folder): OpenFolder => ({ kind: "folder", folder, names: namesIn(folder) });
