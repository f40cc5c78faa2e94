import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { z } from "zod";
import { type BotId, botId } from "#contracts/bot";
import { writeAtomic } from "../supervisor/atomic";
import { foldersIn } from "./groups";

/** How many numbers a home takes for its bots before it would come to another's. */
const SPAN = 10_000;

/**
 * Where the numbers of a home's users begin. Above what adduser, containers and systemd give away (and another start for each home,
 * so that the bots of two panels are not the same user); where such numbers do not exist, as in a container of 65,536 users, the
 * highest that are likely to be free.
 */
export const firstUsers = (home: string): readonly number[] => [
  1_900_000_000 + (createHash("sha256").update(home).digest().readUInt32BE() % 20_000) * SPAN,
  50_000,
];

const file = z.object({ next: z.number().int().positive(), users: z.record(botId, z.number().int().positive()) });

/** Which bot is which system user: a number each, for ever. */
export interface Users {
  /** The bot's number, new when it has none; settles when it is on disk. */
  of(botId: BotId): Promise<number>;
}

/**
 * Reads who is who. A number is never given again, since files of a deleted bot may lie about. When the file is lost or garbage the
 * owners of the bots' folders tell.
 */
export function openUsers(options: { file: string; botsDir: string; first: number }): Users {
  const before = readUsers(options);
  const known = new Map<BotId, number>(before.users);
  let free = before.next;
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  /** Whoever asks while a write is under way shares the next one: a hundred new bots are not a hundred waits for the disk. */
  const write = () => {
    next ??= writing
      .catch(() => {})
      .then(() => {
        next = undefined;
        writing = writeAtomic(options.file, JSON.stringify({ next: free, users: Object.fromEntries(known) }));
        return writing;
      });
    return next;
  };
  return {
    async of(botId) {
      const number = known.get(botId) ?? free++;
      if (!known.has(botId)) {
        known.set(botId, number);
        await write();
      } else {
        // Who asks again while the first answer is still being written waits for it as well.
        await (next ?? writing).catch(write);
      }
      return number;
    },
  };
}

function readUsers(options: { file: string; botsDir: string; first: number }) {
  const { botsDir, first } = options;
  try {
    const read = file.parse(JSON.parse(readFileSync(options.file, "utf8")));
    return { next: Math.max(read.next, first), users: botsOf(read.users) };
  } catch {
    const users: [BotId, number][] = [];
    for (const bot of foldersIn(botsDir)) {
      const owner = ownerOf(`${botsDir}/${bot}/home`);
      const named = botId.safeParse(bot);
      if (named.success && owner !== undefined && owner >= first && owner < first + SPAN)
        users.push([named.data, owner]);
    }
    return { next: Math.max(first, ...users.map(([, owner]) => owner + 1)), users };
  }
}

const botsOf = (users: Record<string, number>): [BotId, number][] => Object.entries(users);

/** Whose a file or folder is; undefined when it is not there. A link is asked about itself. */
export function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}
