import { fill } from "#contracts/errors";
import type { LogCursor } from "#contracts/log";
import { en } from "#contracts/words/en";
import { type Gap, Lost, openBytes } from "./bytes";
import type { Mask } from "./mask";
import { partsOf } from "./pages";
import type { Look, RunLook } from "./runs";

/** Bytes read at once, and the most that is held of one line before a piece of it is let go. */
const BLOCK = 256 * 1024;
const HELD = 4 * 1024 * 1024;
/** Where a longer line may be parted lies within its last characters, at a place that is within no secret. */
const SEAM = 64 * 1024;

const NEWLINE = 0x0a;

/** The runs of a log between two places. */
export type Range = { from: LogCursor; to: LogCursor; run?: number };

/**
 * A stretch of a log as its bot wrote it, with secrets masked, a piece at a time; nothing is read before it is wanted. Marks are left
 * out, and of what is no longer kept a line says how much.
 */
export async function* readFile(look: Look, mask: Mask, { from, to, run: only }: Range): AsyncGenerator<string> {
  for (const run of look.runs) {
    if (run < from.run || run > to.run || (only !== undefined && run !== only)) continue;
    const seen = await look.at(run);
    const begin = run === from.run ? from.offset : 0;
    const end = run === to.run ? Math.min(to.offset, seen.size) : seen.size;
    if (begin < end) yield* readRun(seen, mask, begin, end);
  }
}

/** A run's bytes [at, end). What is cut away while it is read is told as a gap: it is opened again, and says so. */
async function* readRun(seen: RunLook, mask: Mask, begin: number, end: number): AsyncGenerator<string> {
  const { runDir, source, members } = seen.log;
  const pieces = openPieces(mask);
  const buffer = Buffer.allocUnsafe(BLOCK);
  let at = begin;
  while (at < end) {
    const bytes = await openBytes(runDir, source, members);
    try {
      for (const part of partsOf(bytes, at, end)) {
        if (part.kind === "gap") {
          yield pieces.rest() + gapLine(part);
          at = part.to;
          continue;
        }
        while (at < part.to) {
          const { bytesRead } = await bytes.read(buffer, 0, Math.min(BLOCK, part.to - at), at);
          if (bytesRead === 0) return;
          at += bytesRead;
          const piece = pieces.add(buffer.subarray(0, bytesRead));
          if (piece !== "") yield piece;
        }
      }
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    } finally {
      await bytes.close();
    }
  }
  const rest = pieces.rest(!seen.done);
  if (rest !== "") yield rest.endsWith("\n") ? rest : `${rest}\n`;
}

const gapLine = ({ from, to }: Gap) => `${fill(en.logText.gap, { bytes: to - from })}\n`;

/** Makes masked text of bytes as they come: of whole lines, as far as they are not endless. */
function openPieces(mask: Mask) {
  let held: Buffer[] = [];
  let size = 0;

  const take = (bytes: Buffer[]): string => Buffer.concat(bytes).toString("utf8");
  /** Text of whole lines; where one is coloured each is masked by itself, so that it alone may lose its colours. */
  const clean = (text: string, cut: boolean) => {
    const masked = mask(text, cut);
    return masked === text || !text.includes("\u001b")
      ? masked
      : text
          .split("\n")
          .map((line) => mask(line))
          .join("\n");
  };

  return {
    add(bytes: Buffer): string {
      const newline = bytes.lastIndexOf(NEWLINE);
      if (newline === -1) {
        // A copy: the bytes are read over.
        held.push(Buffer.from(bytes));
        size += bytes.length;
        return size < HELD ? "" : this.part();
      }
      const text = take([...held, bytes.subarray(0, newline + 1)]);
      held = newline + 1 < bytes.length ? [Buffer.from(bytes.subarray(newline + 1))] : [];
      size = held[0]?.length ?? 0;
      return clean(text, false);
    },
    /** The beginning of an endless line. */
    part(): string {
      const all = Buffer.concat(held);
      const end = seam(all, mask);
      const text = clean(all.toString("utf8", 0, end), false);
      held = [all.subarray(end)];
      size = all.length - end;
      return text;
    },
    /** What is held. `cut`: it is the beginning of a line that is still being written. */
    rest(cut = false): string {
      const text = clean(take(held), cut);
      held = [];
      size = 0;
      return text;
    },
  };
}

/** A place near the end of a line at which no secret is under way; the last one looked at if there is none. */
function seam(line: Buffer, mask: Mask): number {
  let end = line.length;
  for (let back = 0; back < SEAM / 2; back += 256) {
    // Between letters, not within one; the last may be half there.
    end = line.length - 4 - back;
    while (((line[end] ?? 0) & 0xc0) === 0x80) end--;
    const window = line.toString("utf8", Math.max(0, end - SEAM), end);
    const masked = mask(window, true);
    if (masked === mask(window) && !masked.endsWith("•")) break;
  }
  return end;
}
