import { statfs } from "node:fs/promises";
import type { BotFiles } from "../files/bot";
import { type Raw, uint64s } from "./wire";

/** Blocks of this many bytes are what room is told in. */
const BLOCK = 4_096;

/** The room of a bot's files: its quota where it has one, and never more than the disk has. */
export async function space({ jail, quota }: BotFiles): Promise<Raw> {
  const [disk, usage] = await Promise.all([jail.folder([], (folder) => statfs(folder.path)), quota.usage()]);
  const free = (disk.bavail * disk.bsize) / BLOCK;
  const all = usage.maxBytes > 0 ? usage.maxBytes / BLOCK : (disk.blocks * disk.bsize) / BLOCK;
  const left = usage.maxBytes > 0 ? Math.min(free, Math.max(0, usage.maxBytes - usage.bytes) / BLOCK) : free;
  const files = usage.maxFiles;
  const filesLeft = Math.max(0, files - usage.files);
  return uint64s(BLOCK, BLOCK, all, left, left, files, filesLeft, filesLeft, 0, 0, 255);
}
