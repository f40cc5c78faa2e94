import type { BotView } from "#contracts/api/bots";
import type { LogLine, LogSource } from "#contracts/log";
import type { Client } from "../client";
import type { Filter } from "./filter";

/** A line and whose it is. */
export type Said = { bot: BotView; line: LogLine };

export type Asked = {
  source: LogSource;
  filter: Filter;
  since?: number;
  until?: number;
  /** The newest of one bot at most; absent: all of the time asked for. */
  lines?: number;
};

/** A page of the panel holds at most so many lines, an answer of its search so many hits. */
const PAGE = 2_000;
const HITS = 500;
/** What is found is kept until it can be said oldest first, so it is bounded, whatever was asked for. */
const MOST_HITS = 100_000;
/** Bots asked at once: of one person's searches the panel takes four, and the page may be at one. */
const AT_ONCE = 3;

/** A place as the API takes it. */
export const place = (cursor: { run: number; offset: number } | null): string =>
  cursor ? `${cursor.run}.${cursor.offset}` : "0.0";

/** The place after all there is of a bot now: what was comes before it, what will come after. */
export async function endOf(client: Client, botId: string, source: LogSource): Promise<string> {
  return place((await client.log.read({ botId, source, limit: 1 })).end);
}

/** Asks something about each of many bots, of a few at once. */
export async function ofEach<Bot, Answer>(bots: readonly Bot[], ask: (bot: Bot) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < bots.length; at += AT_ONCE)
    answers.push(...(await Promise.all(bots.slice(at, at + AT_ONCE).map(ask))));
  return answers;
}

/** What a bot said before a place, oldest first, as it is asked for. */
export async function* history(client: Client, bot: BotView, end: string, asked: Asked): AsyncGenerator<LogLine> {
  if (asked.lines === 0) return;
  if (!asked.filter.open || asked.until !== undefined) yield* searched(client, bot, end, asked);
  else if (asked.since === undefined || asked.lines !== undefined) yield* newest(client, bot, end, asked);
  else yield* forward(client, bot, end, asked);
}

async function* searched(client: Client, bot: BotView, end: string, asked: Asked): AsyncGenerator<LogLine> {
  const { source, since, until, filter } = asked;
  const most = asked.lines ?? MOST_HITS;
  const found: LogLine[] = [];
  for (let from = end; found.length < most; ) {
    const limit = Math.min(HITS, most - found.length);
    const { levels, ...text } = filter.search;
    const answer = await client.log.search({
      ...{ botId: bot.id, source, since, until, from, limit },
      ...{ text: text.text, regex: String(text.regex), levels: levels?.join(",") },
    });
    found.push(...answer.hits);
    if (!answer.next) break;
    from = place(answer.next);
  }
  yield* found.reverse();
}

async function* newest(client: Client, bot: BotView, end: string, { source, since, lines }: Asked) {
  const most = lines ?? PAGE;
  let found: LogLine[] = [];
  for (let before: string | undefined = end; before !== undefined && found.length < most; ) {
    const limit = Math.min(PAGE, most - found.length);
    const page = await client.log.read({ botId: bot.id, source, before, limit });
    const wanted = page.lines.filter((line) => since === undefined || line.at >= since);
    found = [...wanted, ...found];
    before = page.start && wanted.length === page.lines.length ? place(page.start) : undefined;
  }
  yield* found.slice(-most);
}

async function* forward(client: Client, bot: BotView, end: string, { source, since }: Asked): AsyncGenerator<LogLine> {
  let page = await client.log.read({ botId: bot.id, source, since, limit: PAGE });
  while (page.lines.length > 0) {
    for (const line of page.lines) {
      if (!isBefore(line, end)) return;
      yield line;
    }
    page = await client.log.read({ botId: bot.id, source, after: place(page.end), limit: PAGE });
  }
}

function isBefore(line: LogLine, end: string): boolean {
  const [run = 0, offset = 0] = end.split(".").map(Number);
  return line.run < run || (line.run === run && line.next <= offset);
}

/** Several bots' lines as one, by time; each bot's own stay in their order. */
export async function* merged(
  streams: readonly { bot: BotView; lines: AsyncIterable<LogLine> }[],
): AsyncGenerator<Said> {
  const heads = await ofEach(streams, async ({ bot, lines }) => {
    const iterator = lines[Symbol.asyncIterator]();
    return { bot, iterator, next: await iterator.next() };
  });
  for (;;) {
    let first: { head: (typeof heads)[number]; line: LogLine } | undefined;
    for (const head of heads)
      if (!head.next.done && (!first || head.next.value.at < first.line.at)) first = { head, line: head.next.value };
    if (!first) return;
    yield { bot: first.head.bot, line: first.line };
    first.head.next = await first.head.iterator.next();
  }
}
