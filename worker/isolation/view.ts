import { lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";

/*
 * What a bot sees: the system's programs to read, a few files of /etc, its own folders at the very paths they have outside (so that a
 * path in a log or a lockfile means the same to everybody), and nothing else. Everything here is an argument of bwrap's, which carries
 * them out in order; none is ever text of a shell.
 */

/** One bot's own part of it. */
export type Own = {
  /** Folders it may write, absolute. */
  writes: readonly string[];
  /** Files and folders it must read besides the system's. */
  reads: readonly string[];
  /** The file that it sees as /etc/passwd. */
  passwd: string;
};

/** Folders of programs. Links among them (/bin to usr/bin) are made anew. */
const programs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/libexec"] as const;

/** The private /tmp lies in memory: this much at most, bytes. Installs get a folder on the disk (TMPDIR). */
const TMP_BYTES = 512 * 1024 * 1024;

/** The part of a bot's view that is the same for all; `etc` is the folder it sees as /etc. */
export function systemView(etc: string): string[] {
  const args: string[] = [];
  for (const path of programs) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) args.push("--symlink", readlinkSync(path), path);
    else if (found?.isDirectory()) args.push("--ro-bind", path, path);
  }
  args.push("--ro-bind", etc, "/etc");
  return [...args, "--dev", "/dev", "--perms", "1777", "--size", String(TMP_BYTES), "--tmpfs", "/tmp"];
}

/**
 * A bot's own part; comes after the system's, because it lies over it. `hidden` is BOTYARD_HOME: where it lies inside something that is
 * shown, it is covered, and the bot's own folders in it are laid on top.
 */
export function ownView({ writes, reads, passwd }: Own, hidden: string): string[] {
  const seen = reads.filter((path) => !within(path, "/usr"));
  const around = writes.filter((path) => within(hidden, path));
  const covered = ["/usr", ...seen, ...around].some((path) => within(hidden, path));
  const inside = aboveAll(writes).filter((path) => path !== hidden && within(path, hidden));
  return [
    ...made(aboveAll([...seen, ...writes])),
    ...seen.flatMap((path) => ["--ro-bind-try", path, path]),
    ...around.flatMap((path) => ["--bind", path, path]),
    ...(covered ? ["--perms", "0755", "--tmpfs", hidden, ...made(inside)] : []),
    ...writes.filter((path) => !around.includes(path)).flatMap((path) => ["--bind", path, path]),
    ...["--ro-bind", passwd, "/etc/passwd"],
    // From here on nothing can be made beside what was bound.
    ...(covered ? ["--remount-ro", hidden] : []),
    ...["--remount-ro", "/"],
  ];
}

/** Empty folders that everybody may look into. Those that bwrap makes by itself on the way are for root's eyes only. */
const made = (paths: readonly string[]) => paths.flatMap((path) => ["--perms", "0755", "--dir", path]);

const there = ["/tmp", "/usr", "/etc"];

/** Every folder above these that is not there already, topmost first, each once. */
function aboveAll(paths: readonly string[]): string[] {
  const above = new Set<string>();
  for (const path of paths) {
    const chain: string[] = [];
    for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) chain.unshift(folder);
    for (const folder of chain) if (!there.includes(folder)) above.add(folder);
  }
  return [...above];
}

/** Whether a path is a folder or lies below it. */
const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
