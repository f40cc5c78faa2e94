/*
 * A disk in memory in the place of node:fs/promises, for tests that live through simulated days (each call settles before the event loop
 * turns, so that nothing has to be waited for) or that need a disk which refuses. Put in with
 *
 *   vi.mock("node:fs/promises", async () => (await import("./memory-disk")).memoryDisk);
 */

const FOLDER = Symbol("folder");
const entries = new Map<string, string | typeof FOLDER>();

/** What each call is asked before it is done: a code (`ENOSPC` …) refuses it. */
type Refusal = (call: string, path: string) => string | undefined;
let refusal: Refusal = () => undefined;
let calls = 0;

/** The test's hand on the disk. */
export const disk = {
  /** Empties it and takes every refusal back. */
  clear() {
    entries.clear();
    refusal = () => undefined;
    calls = 0;
  },
  refuse(next: Refusal | undefined) {
    refusal = next ?? (() => undefined);
  },
  /** How many calls wanted to change something so far. */
  calls: () => calls,
  read: (path: string) => entries.get(path),
  write: (path: string, text: string) => void entries.set(path, text),
};

const failure = (code: string, call: string, path: string) =>
  Object.assign(new Error(`${code}: ${call} '${path}'`), { code, syscall: call, path });

function need(call: string, path: string): string | typeof FOLDER {
  const found = entries.get(path);
  if (found === undefined) throw failure("ENOENT", call, path);
  return found;
}

/** A call that changes something: it may be refused. */
function change(call: string, path: string) {
  calls += 1;
  const code = refusal(call, path);
  if (code !== undefined) throw failure(code, call, path);
}

const inside = (path: string) => [...entries.keys()].filter((one) => one.startsWith(`${path}/`));

function move(from: string, to: string) {
  for (const path of entries.get(from) === FOLDER ? [from, ...inside(from)] : [from]) {
    const found = entries.get(path);
    if (found === undefined) continue;
    entries.delete(path);
    entries.set(to + path.slice(from.length), found);
  }
}

async function mkdir(path: string) {
  if (entries.get(path) === FOLDER) return;
  change("mkdir", path);
  const parts = path.split("/");
  for (let n = 2; n <= parts.length; n++) entries.set(parts.slice(0, n).join("/"), FOLDER);
}

export const memoryDisk = {
  mkdir,
  async mkdtemp(path: string) {
    await mkdir(`${path}000000`);
    return `${path}000000`;
  },
  async readdir(path: string) {
    need("readdir", path);
    const names: string[] = [];
    for (const one of entries.keys()) {
      if (one.startsWith(path) && one[path.length] === "/" && !one.includes("/", path.length + 1)) {
        names.push(one.slice(path.length + 1));
      }
    }
    return names;
  },
  async readFile(path: string) {
    const found = need("read", path);
    if (found === FOLDER) throw failure("EISDIR", "read", path);
    return found;
  },
  async writeFile(path: string, text: string) {
    change("write", path);
    entries.set(path, text);
  },
  async rename(from: string, to: string) {
    need("rename", from);
    change("rename", to);
    move(from, to);
  },
  async link(from: string, to: string) {
    const found = need("link", from);
    if (entries.has(to)) throw failure("EEXIST", "link", to);
    change("link", to);
    entries.set(to, found);
  },
  async rm(path: string) {
    if (!entries.has(path)) return;
    change("rm", path);
    for (const one of entries.get(path) === FOLDER ? [path, ...inside(path)] : [path]) entries.delete(one);
  },
  async access(path: string) {
    need("access", path);
  },
  async stat(path: string) {
    const found = need("stat", path);
    return { isFile: () => found !== FOLDER, size: found === FOLDER ? 0 : found.length };
  },
  async statfs() {
    return { bavail: 1_000_000, bsize: 4_096, files: 0, ffree: 0 };
  },
  async open(path: string, flags: string) {
    if (flags === "r") need("open", path);
    else change("open", path);
    if (flags !== "r") entries.set(path, "");
    return {
      async writeFile(text: string) {
        change("write", path);
        entries.set(path, text);
      },
      async sync() {
        if (flags !== "r") change("fsync", path);
      },
      async close() {},
    };
  },
};
