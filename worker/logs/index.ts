import { type BotId, type LogPolicy, logPolicy } from "#contracts/bot";
import type { LogCursor, LogQuery, LogSource } from "#contracts/log";
import type { Logs, Secrets } from "../ports/index";
import { openSearches } from "../search/index";
import { readAround } from "./around";
import { readFile } from "./file";
import { finishCuts, openKeep } from "./keep";
import { openMasks } from "./masks";
import type { Means } from "./means";
import { createMembers } from "./members";
import { placeAt } from "./moment";
import { align, everything, isKept, lastPlace, readBackward, readForward } from "./pages";
import { BOUNDS, type Bounds } from "./prune";
import type { Sizes } from "./rotate";
import { openRuns } from "./runs";
import { searchLook } from "./search-look";
import { openStamps } from "./stamps";
import { openTail, type Tail } from "./tail";
import { openTimes } from "./times";

/** How late a followed log is seen, ms. What an install prints is nobody's live chat. */
const pollMs = { console: 50, install: 150 } as const satisfies Record<LogSource, number>;

const DEFAULT_POLICY = logPolicy.parse({});

type Book = { runs: ReturnType<typeof openRuns>; tail: Tail; following: number };

/** `say` hears of what should not happen, such as a disk that cannot be read. */
type LogsPorts = {
  botsDir: string;
  bounds?: Bounds;
  /** How live files are shortened; found out by trying when left out. */
  means?: Means;
  /** When and by how much they are. */
  sizes?: Sizes;
  /** What must not be shown of a bot's lines. */
  secretsOf?: (botId: BotId) => Secrets | undefined;
  /** How much is kept of a bot's log; as `stamp` says, or by default, when it is not known here. */
  policyOf?: (botId: BotId) => LogPolicy | undefined;
  say?: (text: string) => void;
};

/**
 * The logs of every bot: bots/<id>/runs/<n>/out.log, written by the bot itself, and install.log. Nothing is read of a log that
 * nobody asks for but its size.
 */
export function openLogs({
  botsDir,
  bounds = BOUNDS,
  means,
  sizes,
  secretsOf = () => undefined,
  policyOf = () => undefined,
  say = console.error,
}: LogsPorts): Logs {
  const masks = openMasks(secretsOf);
  const searches = openSearches(say);
  const times = openTimes();
  const members = createMembers();
  const ready = finishCuts(botsDir, say).catch((error: unknown) => say(`cuts of logs: ${String(error)}`));
  const runsOf = (botId: BotId) => openRuns(botsDir, botId, "console", members);
  const keep = openKeep({ botsDir, bounds, runsOf, ready, say });
  const runDir = (botId: BotId, run: number) => `${botsDir}/${botId}/runs/${run}`;
  const stamps = openStamps({
    times,
    runDir,
    ready,
    grown: keep.grown,
    policyOf: (botId, said) => policyOf(botId) ?? said ?? DEFAULT_POLICY,
    means,
    sizes,
    say,
  });
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
    async read(botId, { source, after: asked, before, around, since, limit }: LogQuery) {
      const look = await bookOf(botId, source).runs.look();
      if (around) {
        const page = await readAround(look, times, { around, limit });
        return { ...page, lines: masks.lines(botId, page.lines) };
      }
      const after = asked ?? (since === undefined ? undefined : await placeAt(look, times, since));
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
    async search(botId, search, gone) {
      const look = await bookOf(botId, search.source).runs.look();
      const secrets = secretsOf(botId)?.values() ?? [];
      return searchLook(look, times, search, (job) =>
        searches.search("log", { ...job, botsDir, botId, secrets: [...secrets] }, gone),
      );
    },
    async *file(botId, { source, since, until, run }) {
      const look = await bookOf(botId, source).runs.look();
      const from = since === undefined ? { run: 0, offset: 0 } : await placeAt(look, times, since);
      const to = until === undefined ? await everything(look) : await placeAt(look, times, until + 1);
      yield* readFile(look, masks.of(botId), { from, to, run });
    },
    prune: keep.prune,
    async close() {
      await Promise.all([...books.values()].map((book) => book.tail.close()));
      books.clear();
      await ready;
      await stamps.close();
      masks.close();
      await searches.close();
    },
  };
}
