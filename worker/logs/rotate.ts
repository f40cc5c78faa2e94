import { mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { createBrake } from "./brake";
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
  /**
   * A live file with so much that is not packed has outrun its packing: its writer has to wait. Far more than `live`; less for a bot
   * that keeps less than three times as much.
   */
  outrun: number;
  /** So much at least of what comes too fast is packed while its writer waits, more where more is kept; 0: none of it ever. */
  braked: number;
  /** Beyond that the oldest part is let go, and so much of it kept every SAMPLE_MS. */
  sample: number;
  /** Of a run that is over, less than this is not worth packing. */
  small: number;
};
const MB = 1024 * 1024;
export const SIZES: Sizes = {
  live: 10 * MB,
  unit: 8 * MB,
  stays: 2 * MB,
  outrun: 48 * MB,
  braked: 256 * MB,
  sample: MB,
  small: MB / 2,
};
const SAMPLE_MS = 2_000;
/** Pieces that are packed before one cut. */
const TURNS = 6;
/** However much a bot keeps: its live file has a bound of its own. */
const MOST_BRAKED = 1_024 * MB;
/** Nobody waits longer than this at once, ms, and no piece is begun after PACK_MS of it: a bot has to answer who asks whether it lives. */
const HOLD_MS = 800;
const PACK_MS = 400;

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
  /** Whether it has outrun its packing, for a bot that keeps so many bytes. */
  isFar(size: number, keep: number): boolean;
  /** Packs and cuts off what is too much, once; answers how many bytes were packed onto the disk. */
  step(keep: number): Promise<number>;
  /** Packs all of it, but for less than a block: hardly anything more will be written. */
  close(): Promise<number>;
}

/** Opens the rotation of a run, and finishes what a dead worker left of one. */
export async function openRotation(runDir: string, { means, sizes = SIZES, say }: RotationPorts): Promise<Rotation> {
  const live = logFile(runDir, "console");
  let standing: Standing = await finishCut(runDir, say);
  let newest: Piece | undefined = (await readPieces(runDir)).at(-1);
  let sampled = Number.NEGATIVE_INFINITY;
  const brake = createBrake();
  const packedTo = () => Math.max(standing.base, newest?.to ?? 0);

  const outrunOf = (keep: number) => Math.min(sizes.outrun, Math.max(2 * sizes.live, keep / 3));
  const isFar = (size: number, keep: number) => size - packedTo() > outrunOf(keep);
  const brakedOf = (keep: number) => sizes.braked && Math.max(sizes.braked, Math.min(keep, MOST_BRAKED));
  const physical = (offset: number) => offset - standing.shift;
  const blockBefore = (offset: number) => standing.shift + Math.floor(physical(offset) / BLOCK) * BLOCK;

  const sizeNow = async () => standing.shift + (await stat(live)).size;

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

  /** Packs the next piece; answers its size on the disk, or undefined when there is none to pack. */
  function next(): Promise<number | undefined> {
    return reading(async (fill, size) => {
      const to = await lineEnd(fill, packedTo(), Math.min(packedTo() + sizes.unit, size - sizes.stays));
      return to > packedTo() ? pack(fill, to) : undefined;
    });
  }

  const methodNow = async () => means ?? (await meansOf(runDir));

  /** Does something while those who write wait, and cuts: else the file would grow faster than it is cut. */
  async function whileHeld(work: () => Promise<number>): Promise<number> {
    const release = await hold(live, HOLD_MS);
    const goOn = async () => {
      if (!(await release())) await letGoOn(runDir);
    };
    try {
      const bytes = await work();
      // Who cuts this way stops them by itself, and they must not be let go in the middle of it.
      if ((await methodNow()) === "stop") await goOn();
      await cut();
      return bytes;
    } finally {
      await goOn();
    }
  }

  /** Packs nearly all that is not packed; what is left after PACK_MS comes the next time. */
  async function catchUp(): Promise<number> {
    const until = performance.now() + PACK_MS;
    const from = packedTo();
    let bytes = 0;
    for (let some = await next(); some !== undefined; some = performance.now() < until ? await next() : undefined) {
      bytes += some;
    }
    brake.spend(packedTo() - from);
    return bytes;
  }

  /** Lets go of nearly all that is not packed, but for a sample. */
  function letGo(): Promise<number> {
    return reading(async (fill, size) => {
      const end = await lineEnd(fill, packedTo(), size - sizes.stays);
      if (performance.now() - sampled < SAMPLE_MS) {
        await writeOff(end);
        return 0;
      }
      sampled = performance.now();
      const to = await lineEnd(fill, packedTo(), Math.min(packedTo() + sizes.sample, end));
      // A full disk has no room for a sample, and all the more is to be let go.
      const packed = await pack(fill, to).catch(ifFull(0));
      await writeOff(end);
      return packed;
    });
  }

  /** Where nothing more can be packed, as much as was written would stay for ever. */
  function letGoIfFull(error: unknown): Promise<number> {
    if (!isFull(error)) throw error;
    return letGo();
  }

  /** Frees what lies in pieces. */
  async function cut(): Promise<void> {
    const method = await methodNow();
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
    isFar: (size, keep) => isFar(standing.shift + size, keep),
    async step(keep) {
      if (standing.cut) standing = await finishCut(runDir, say);
      // What a worker packed that died before it could cut.
      if (packedTo() - standing.base > sizes.live) await cut();
      let bytes = 0;
      const begun = await sizeNow();
      // A cut costs as much as packing some megabytes: what there is to pack comes first, unless there is ever more.
      for (let turn = 0; turn < TURNS; turn++) {
        const size = await sizeNow();
        if (isFar(size, keep)) {
          const isCovered = brake.covers(size - packedTo(), brakedOf(keep));
          return bytes + (await whileHeld(isCovered ? () => catchUp().catch(letGoIfFull) : letGo));
        }
        const some = await next();
        if (some === undefined) break;
        bytes += some;
      }
      // A cut may have to wait for the disk, and what grew so far by now would grow far meanwhile.
      if ((await sizeNow()) - begun > sizes.live / 2) return whileHeld(async () => bytes);
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

const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

const ifFull =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (!isFull(error)) throw error;
    return instead;
  };

function ifThere(error: unknown) {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}
