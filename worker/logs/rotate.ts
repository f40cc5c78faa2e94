import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { logFile } from "./bytes";
import { cutHead, finishCut, letGoOn } from "./cut";
import { BLOCK, hold, type Means, meansOf } from "./means";
import { type Fill, MEMBER, writeSegment } from "./segment";
import { type Piece, pieceName, readPieces, type Standing, segmentsDir, standingText, writeStanding } from "./standing";

/** When and how much, bytes. */
export type Sizes = {
  /** From this size on the live file is shortened. */
  live: number;
  /** What is packed at once: small enough that a writer does not get far meanwhile. */
  unit: number;
  /** What stays in the live file, so that its newest lines are read without unpacking. */
  stays: number;
  /** A live file with so much that is not packed has outrun its packing: its oldest part is let go. Far more than `live`. */
  outrun: number;
  /** Of a log that outruns its packing so much is kept every SAMPLE_MS. */
  sample: number;
  /** Of a run that is over, less than this is not worth packing. */
  small: number;
};
const MB = 1024 * 1024;
export const SIZES: Sizes = { live: 10 * MB, unit: 4 * MB, stays: 2 * MB, outrun: 22 * MB, sample: MB, small: MB / 2 };
const SAMPLE_MS = 2_000;
/** Pieces that are packed before one cut. */
const TURNS = 5;

export type RotationPorts = {
  /** How to cut; found out by trying when left out. */
  means?: Means;
  sizes?: Sizes;
  say: (text: string) => void;
};

/** Shortens the live file of one run. One thing at a time: whoever calls waits. */
export interface Rotation {
  /** The size of the whole log when the live file has `size` bytes. */
  logical(size: number): number;
  /** Whether the live file is to be shortened. */
  isLong(size: number): boolean;
  /** Packs and cuts off what is too much, once; answers how many bytes were packed onto the disk. */
  step(): Promise<number>;
  /** Packs all of it, but for less than a block: hardly anything more will be written. */
  close(): Promise<number>;
}

/** Opens the rotation of a run, and finishes what a dead worker left of one. */
export async function openRotation(runDir: string, { means, sizes = SIZES, say }: RotationPorts): Promise<Rotation> {
  const live = logFile(runDir, "console");
  let standing: Standing = await finishCut(runDir, say);
  let newest: Piece | undefined = (await readPieces(runDir)).at(-1);
  let sampled = Number.NEGATIVE_INFINITY;
  const packedTo = () => Math.max(standing.base, newest?.to ?? 0);

  const isFar = (size: number) => size - packedTo() > sizes.outrun;
  const physical = (offset: number) => offset - standing.shift;
  const blockBefore = (offset: number) => standing.shift + Math.floor(physical(offset) / BLOCK) * BLOCK;

  async function reading<T>(read: (fill: Fill, size: number) => Promise<T>): Promise<T> {
    const file = await open(live, "r");
    try {
      const fill: Fill = async (buffer, at) => (await file.read(buffer, 0, buffer.length, physical(at))).bytesRead;
      return await read(fill, standing.shift + (await file.stat()).size);
    } finally {
      await file.close();
    }
  }

  /** Before the first piece: a piece without a rotate.json means that one was lost, and that the log may have been cut. */
  async function begin(): Promise<void> {
    if (standingText(runDir) === "") await writeStanding(runDir, standing, true);
    await mkdir(segmentsDir(runDir), { mode: 0o700 }).catch(ifThere);
  }

  /** Packs [packedTo, to); answers the size of the segment. */
  async function pack(fill: Fill, to: number): Promise<number> {
    if (to <= packedTo()) return 0;
    const piece = { from: packedTo(), to, base: Math.max(standing.base, blockBefore(to)), packed: true };
    await begin();
    const name = pieceName(piece);
    const bytes = await writeSegment(`${segmentsDir(runDir)}/${name}`, { ...piece, fill });
    newest = { ...piece, name };
    return bytes;
  }

  /** Writes [packedTo, to) off; what was written off right before it becomes one with it. */
  async function writeOff(to: number): Promise<void> {
    if (to <= packedTo()) return;
    const before = newest && !newest.packed ? newest : undefined;
    const from = before?.from ?? packedTo();
    const piece = { from, to, base: Math.max(standing.base, blockBefore(to)), packed: false };
    await begin();
    const name = pieceName(piece);
    await writeFile(`${segmentsDir(runDir)}/${name}`, "", { mode: 0o600 });
    if (before) await rm(`${segmentsDir(runDir)}/${before.name}`, { force: true });
    newest = { ...piece, name };
  }

  /** Lets go of nearly all that is not packed, while those who write wait: else it would grow faster than it is cut. */
  async function letGo(): Promise<number> {
    const release = await hold(live);
    try {
      const bytes = await reading(async (fill, size) => {
        const end = await lineEnd(fill, packedTo(), size - sizes.stays);
        if (performance.now() - sampled < SAMPLE_MS) {
          await writeOff(end);
          return 0;
        }
        sampled = performance.now();
        const packed = await pack(fill, await lineEnd(fill, packedTo(), Math.min(packedTo() + sizes.sample, end)));
        await writeOff(end);
        return packed;
      });
      await cut();
      return bytes;
    } finally {
      if (!(await release())) await letGoOn(runDir);
    }
  }

  /** Frees what lies in pieces. */
  async function cut(): Promise<void> {
    const method = means ?? (await meansOf(runDir));
    const to = method === "stop" ? packedTo() : blockBefore(packedTo());
    if (to <= standing.base) return;
    try {
      standing = await cutHead(runDir, standing, { to, method });
    } catch (error) {
      standing = await finishCut(runDir, say);
      throw error;
    }
  }

  return {
    logical: (size) => standing.shift + size,
    isLong: (size) => standing.shift + size - standing.base > sizes.live,
    async step() {
      if (standing.cut) standing = await finishCut(runDir, say);
      // What a worker packed that died before it could cut.
      if (packedTo() - standing.base > sizes.live) await cut();
      let bytes = 0;
      // A cut costs as much as packing some megabytes: what there is to pack comes first, unless there is ever more.
      for (let turn = 0; turn < TURNS; turn++) {
        const { size, to } = await reading(async (fill, size) => {
          const most = Math.min(packedTo() + sizes.unit, size - sizes.stays);
          return { size, to: isFar(size) ? packedTo() : await lineEnd(fill, packedTo(), most) };
        });
        if (isFar(size)) return bytes + (await letGo());
        if (to <= packedTo()) break;
        bytes += await reading((fill) => pack(fill, to));
      }
      await cut();
      return bytes;
    },
    async close() {
      if (standing.cut) standing = await finishCut(runDir, say);
      let bytes = 0;
      await reading(async (fill, size) => {
        for (let to = size; size - packedTo() >= sizes.small && to > packedTo(); ) {
          to = await lineEnd(fill, packedTo(), Math.min(size, packedTo() + sizes.unit));
          bytes += await pack(fill, to);
        }
      });
      await cut();
      return bytes;
    },
  };
}

/** The end of the last line in [from, to): `from` when there is none, but `to` when there is none in a member's length either. */
async function lineEnd(fill: Fill, from: number, to: number): Promise<number> {
  const length = Math.min(MEMBER, to - from);
  if (length <= 0) return from;
  const bytes = Buffer.allocUnsafe(length);
  const filled = await fill(bytes, to - length);
  const newline = bytes.subarray(0, filled).lastIndexOf(0x0a);
  if (newline === -1) return length < MEMBER ? from : to;
  return to - length + newline + 1;
}

function ifThere(error: unknown) {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}
