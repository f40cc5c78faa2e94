import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { RunLook } from "./runs";
import { standingText } from "./standing";

/*
 * The growing end of a log that is followed, held open between looks: fifty bots that write are looked at a thousand times a second, and
 * opening a log as a whole (see bytes.ts) takes some twenty steps on the disk, this three. It knows nothing of pieces and gaps: whoever
 * finds that anything but the size has changed opens the log as a whole again.
 */

/** The end of one run's log; good for as long as nothing but its size changes. */
export interface End {
  readonly seen: RunLook;
  /** How far it has come and when it was last written, ms; undefined when it is not the same log any more. */
  glance(): { size: number; mtime: number } | undefined;
  /** Whether nothing was cut, so that what was read before this question is what stands there. */
  holds(): boolean;
  /** Reads at an offset of the log that is not before `seen.live.from`. */
  read(buffer: Buffer, at: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): void;
}

/** Opens the end of a log as it was seen; undefined when nothing more is to be expected of it, or when it is not there. */
export function openEnd(seen: RunLook, recordKey: () => string): End | undefined {
  if (seen.done || !seen.open) return undefined;
  const { live, log } = seen;
  const fd = openIf(seen.file);
  if (fd === undefined) return undefined;
  let isOpen = true;
  const end: End = {
    seen,
    glance() {
      // The record before the size, as in a whole look.
      if (recordKey() !== seen.recordKey) return undefined;
      const { size, mtimeMs, nlink } = fstatSync(fd);
      return nlink === 0 || live.shift + size < seen.size ? undefined : { size: live.shift + size, mtime: mtimeMs };
    },
    holds: () => log.source === "install" || standingText(log.runDir) === live.text,
    async read(buffer, at, length, position) {
      return { bytesRead: readSync(fd, buffer, at, length, position - live.shift) };
    },
    close() {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
  if (statSync(seen.file, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino && end.holds()) return end;
  end.close();
  return undefined;
}

function openIf(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined; // Not there, or no descriptor left: read as a whole it is, or says why not.
  }
}
