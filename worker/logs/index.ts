import type { BotId } from "#contracts/bot";
import type { LogCursor, LogQuery, LogSource } from "#contracts/log";
import type { Logs, Secrets } from "../ports";
import { openMasks } from "./masks";
import { createMembers } from "./members";
import { align, isKept, lastPlace, readBackward, readForward } from "./pages";
import { BOUNDS, type Bounds, prune } from "./prune";
import { openRuns } from "./runs";
import { openStamps } from "./stamps";
import { openTail, type Tail } from "./tail";
import { openTimes } from "./times";

/** How late a followed log is seen, ms. What an install prints is nobody's live chat. */
const pollMs = { console: 40, install: 150 } as const satisfies Record<LogSource, number>;

type Book = { runs: ReturnType<typeof openRuns>; tail: Tail; following: number };

/** `say` hears of what should not happen, such as a disk that cannot be read. */
type LogsPorts = {
  botsDir: string;
  bounds?: Bounds;
  /** What must not be shown of a bot's lines. */
  secretsOf?: (botId: BotId) => Secrets | undefined;
  say?: (text: string) => void;
};

/**
 * The logs of every bot: bots/<id>/runs/<n>/out.log, written by the bot itself, and install.log. Nothing is read of a log that
 * nobody asks for but its size.
 */
export function openLogs({
  botsDir,
  bounds = BOUNDS,
  secretsOf = () => undefined,
  say = console.error,
}: LogsPorts): Logs {
  const masks = openMasks(secretsOf);
  const times = openTimes();
  const stamps = openStamps(times, (botId, run) => `${botsDir}/${botId}/runs/${run}/out.log`);
  const members = createMembers();
  const books = new Map<string, Book>();

  /** The log of a bot; remembered only while it is followed. */
  function bookOf(botId: BotId, source: LogSource): Book {
    const key = `${botId}/${source}`;
    const known = books.get(key);
    if (known) return known;
    const runs = openRuns(botsDir, botId, source, members);
    return {
      runs,
      tail: openTail({ runs, times, pollMs: pollMs[source], clean: (lines) => masks.lines(botId, lines), say }),
      following: 0,
    };
  }

  return {
    follow(botId, source, after, listener, { skipBeyond } = {}) {
      const key = `${botId}/${source}`;
      const book = bookOf(botId, source);
      books.set(key, book);
      book.following += 1;
      const unfollow = book.tail.follow(after, listener, skipBeyond);
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        void unfollow();
        book.following -= 1;
        if (book.following === 0) books.delete(key);
      };
    },
    async read(botId, { source, after, before, limit }: LogQuery) {
      const look = await bookOf(botId, source).runs.look();
      if (after) {
        const { lines, end } = await readForward(look, times, { after: await align(look, after), limit });
        // The run of the place is gone: these lines are the first of what is kept.
        return { lines: masks.lines(botId, lines), end, start: (await isKept(look, after)) ? after : null };
      }
      const last = before ?? (await lastPlace(look));
      const { lines, start } = await readBackward(look, times, { before: last, limit });
      const newest = lines.at(-1);
      const end: LogCursor | null = newest ? { run: newest.run, offset: newest.next } : null;
      return { lines: masks.lines(botId, lines), end: end ?? before ?? null, start };
    },
    async tail(botId, run, source, count) {
      const look = await openRuns(botsDir, botId, source, members).look();
      const seen = await look.at(run);
      // Its last words count, also without a newline.
      const only = { runs: [run], at: async () => ({ ...seen, record: undefined, done: true }) };
      const before = { run, offset: seen.size };
      const { lines } = await readBackward(only, times, { before, limit: Math.max(1, count) });
      return masks.lines(botId, lines).map((line) => line.text);
    },
    mask: (botId, text) => masks.of(botId)(text),
    stamp: stamps.stamp,
    async search() {
      throw new Error("not yet");
    },
    async *file() {
      yield "";
    },
    prune: (botId) => prune(openRuns(botsDir, botId, "console", members), bounds),
    async close() {
      await Promise.all([...books.values()].map((book) => book.tail.close()));
      books.clear();
      await stamps.close();
      masks.close();
    },
  };
}
