import type { BotId, LogPolicy } from "#contracts/bot";
import type { LogCursor, LogHits, LogLine, LogPage, LogQuery, LogRange, LogSearch, LogSource } from "#contracts/log";
import type { Closer } from "./closer";

/** Every line that leaves here has its bot's secrets masked, and whatever is shaped like a Discord token. */
export interface Logs {
  /**
   * New lines of the bot, whatever run they are of, from `after` (or from now) on, in order, none twice, none missed. With
   * `skipBeyond`, a follower that is more than so many bytes behind jumps to the newest lines and hears how many it `missed`.
   */
  follow(
    botId: BotId,
    source: LogSource,
    after: LogCursor | undefined,
    listener: (lines: LogLine[], missed: number) => void,
    options?: { skipBeyond?: number },
  ): Closer;
  /** The run of the bot that is alive now (null: none): its lines get their times from here on, watched or not. */
  stamp(botId: BotId, run: number | null, policy?: LogPolicy): void;
  read(botId: BotId, query: LogQuery): Promise<LogPage>;
  /** For a line that came another way: the text with the bot's secrets masked. */
  mask(botId: BotId, text: string): string;
  /** The last lines of one run as text, newest last. */
  tail(botId: BotId, run: number, source: LogSource, lines: number): Promise<string[]>;
  /** Answers within about half a second with what was found so far, newest first. AppError bad_input for a pattern that is none. */
  search(botId: BotId, search: LogSearch, gone?: AbortSignal): Promise<LogHits>;
  /** A stretch of the log as text, a piece at a time, as fast as it is taken. */
  file(botId: BotId, range: LogRange): AsyncIterable<string>;
  /** Removes the oldest beyond the bounds: whole runs, and of the newest its oldest part. */
  prune(botId: BotId, policy: LogPolicy): Promise<void>;
  close: Closer;
}
