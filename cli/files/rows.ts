import type { FileEntry } from "#contracts/files";

/** What people see of one thing in a folder: its bits, its size, when it changed, its name. */
export const rowOf = ({ name, kind, size, changedAt, mode, to }: FileEntry): string[] => [
  octal(mode),
  kind === "file" ? String(size) : "–",
  day(changedAt),
  `${name}${slash(kind)}${to === undefined ? "" : ` -> ${to}`}`,
];

/** What follows the name of a folder. */
export const slash = (kind: FileEntry["kind"]): string => (kind === "folder" ? "/" : "");
/** Permission bits as chmod takes them. */
export const octal = (mode: number): string => mode.toString(8).padStart(3, "0");
/** A moment to the second, UTC. */
export const day = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
