import type { BotLimits } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { FileUsage } from "#contracts/files";
import type { Jail } from "./jail";
import { type Amount, measureAll } from "./tree";

/*
 * What a bot's files take, and may take. It is counted by looking at all of them, which lasts, and what the panel writes is added as it
 * is written. What the bot itself writes shows with the next count: before anything is refused, and when somebody wants to know.
 */

export interface Quota {
  /** Room for something that is about to be written. AppError files_over_quota: then nothing was taken. */
  take(bytes: number, files: number): Promise<void>;
  /** Room that was taken and not used, or that is free again. */
  give(bytes: number, files: number): void;
  /** Takes room for as long as it is not known whether `work` succeeds, and gives it back when it does not. Less than none is given after. */
  during<T>(bytes: number, files: number, work: () => Promise<T>): Promise<T>;
  /** Room for what is on its way. */
  room(): Room;
  usage(): Promise<FileUsage>;
}

/** Room for what is on its way and lies where no count of the bot's files sees it. */
export interface Room {
  /** More of it. AppError files_over_quota: then nothing was taken. */
  take(bytes: number, files: number): Promise<void>;
  /** So much more lies in the bot's files now; less than none when it took the place of something larger. */
  use(bytes: number, files: number): void;
  /** Gives back all that was taken. Safe to call twice. */
  close(): void;
}

/** Every name counts: folders and links too. */
const MAX_FILES = 200_000;
/** Older than this, ms, a count is too old to be shown, or to be refused by. */
const FRESH_MS = 10_000;
/** Older than this it is made anew beside the work. */
const OLD_MS = 60_000;

/** `room` makes some by emptying the trash: it hears how many bytes the trash may still have. */
export function createQuota(
  jail: Jail,
  limits: () => Pick<BotLimits, "diskMb">,
  room: (bytes: number) => Promise<void>,
): Quota {
  let known: (Amount & { at: number }) | undefined;
  let counting: Promise<void> | undefined;
  /** What is on its way. */
  const held: Amount = { bytes: 0, files: 0 };
  const maxBytes = () => limits().diskMb * 1024 * 1024;

  function count(): Promise<void> {
    counting ??= countNow().finally(() => {
      counting = undefined;
    });
    return counting;
  }

  async function countNow(): Promise<void> {
    const before = { bytes: known?.bytes ?? 0, files: known?.files ?? 0 };
    const now = await jail.folder([], measureAll);
    // What was taken while it was counted may or may not have been seen: rather twice than never.
    const bytes = now.bytes + Math.max(0, (known?.bytes ?? 0) - before.bytes);
    const files = now.files + Math.max(0, (known?.files ?? 0) - before.files);
    known = { bytes, files, at: Date.now() };
  }

  async function counted(freshMs: number): Promise<void> {
    if (!known || Date.now() - known.at > freshMs) await count();
  }

  const total = (): Amount => ({ bytes: (known?.bytes ?? 0) + held.bytes, files: (known?.files ?? 0) + held.files });

  const fits = (now: Amount, bytes: number, files: number) =>
    (files <= 0 || now.files + files <= MAX_FILES) &&
    (bytes <= 0 || maxBytes() === 0 || now.bytes + bytes <= maxBytes());

  function refusal(now: Amount, bytes: number, files: number): AppError {
    if (now.files + files > MAX_FILES) {
      return new AppError("files_over_quota", { size: `${now.files + files} files`, limit: `${MAX_FILES}` });
    }
    return new AppError("files_over_quota", { size: inMb(now.bytes + bytes), limit: inMb(maxBytes()) });
  }

  async function take(bytes: number, files: number): Promise<void> {
    await counted(Number.POSITIVE_INFINITY);
    if (!fits(total(), bytes, files)) await counted(FRESH_MS);
    // From here on nothing is waited for until it is taken: several ask at the same time.
    if (!fits(total(), bytes, files)) throw refusal(total(), bytes, files);
    if (known) {
      known.bytes += bytes;
      known.files += files;
      // Nobody waits for it; when it fails, the next one who needs it hears of that.
      if (Date.now() - known.at > OLD_MS) count().catch(() => {});
      if (maxBytes() > 0 && bytes > 0) await room(maxBytes() - known.bytes - held.bytes);
    }
  }

  function give(bytes: number, files: number): void {
    if (!known) return;
    known.bytes = Math.max(0, known.bytes - bytes);
    known.files = Math.max(0, known.files - files);
  }

  function openRoom(): Room {
    const mine: Amount = { bytes: 0, files: 0 };
    return {
      async take(bytes, files) {
        await take(bytes, files);
        give(bytes, files);
        for (const sum of [mine, held]) add(sum, bytes, files);
      },
      use(bytes, files) {
        if (known) add(known, bytes, files);
      },
      close() {
        add(held, -mine.bytes, -mine.files);
        add(mine, -mine.bytes, -mine.files);
      },
    };
  }

  return {
    take,
    give,
    room: openRoom,
    async during(bytes, files, work) {
      await take(Math.max(0, bytes), files);
      const done = await work().catch((error: unknown) => {
        give(Math.max(0, bytes), files);
        throw error;
      });
      if (bytes < 0) give(-bytes, 0);
      return done;
    },
    async usage() {
      await counted(FRESH_MS);
      return { ...total(), maxBytes: maxBytes(), maxFiles: MAX_FILES };
    },
  };
}

const inMb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

function add(sum: Amount, bytes: number, files: number): void {
  sum.bytes += bytes;
  sum.files += files;
}
