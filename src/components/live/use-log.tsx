"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "#client/api";
import { cell } from "#client/live/cell";
import { atBeginning, emptyLog, fillMissed, type LogEntry, type MissedEntry, takeLines } from "#client/live/log-buffer";
import type { LogCursor, LogSource } from "#contracts/log";
import { useLive } from "./provider";
import { useCell, useTopic } from "./use-live";

const PAGE = 500;
const FILL = 2_000;
const noLog = cell(emptyLog);
const noJoins = cell(0);
const place = (cursor: LogCursor) => `${cursor.run}.${cursor.offset}`;

/** What a console shows of a bot's log, and how to get more of it. */
export type BotLog = {
  /** Oldest first: lines, and places where lines are missing. */
  entries: readonly LogEntry[];
  /** True until the first lines are here (or there is nothing). */
  loading: boolean;
  /** True once the oldest kept line is among them. */
  complete: boolean;
  /** Why the last load failed. */
  failure: unknown;
  /** Loads the stretch before the first line. */
  loadOlder(): Promise<void>;
  /** Loads the lines of a missing stretch from disk. */
  fill(missed: MissedEntry): Promise<void>;
};

/** Follows a bot's log: the newest lines, then each as it comes, none twice, gaps filled from disk. Watches the bot. */
export function useBotLog(botId: string, source: LogSource = "console"): BotLog {
  useTopic(`bot:${botId}`);
  const store = useLive()?.store;
  const held = store?.log(botId, source);
  const log = useCell(held ?? noLog, noLog);
  const [loaded, setLoaded] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const tried = useRef(new Set<string>());
  const joins = useCell(source === "install" && store ? store.joins : noJoins, noJoins);

  const load = useCallback(
    async (query: { before?: string; after?: string; limit: number }) => {
      try {
        const page = await client.log.read({ botId, source, ...query });
        setFailure(null);
        return page;
      } catch (error) {
        setFailure(error);
        return null;
      }
    },
    [botId, source],
  );

  // The socket brings lines from now on (and, for the console, the newest with its answer); the rest is read, of an install each time that
  // "now" is another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `joins` says that
  useEffect(() => {
    if (!held) return;
    let gone = false;
    void load({ limit: PAGE }).then((page) => {
      if (gone) return;
      if (page) {
        const taken = takeLines(held.get(), page.lines);
        held.set(page.start === null ? atBeginning(taken) : taken);
      }
      setLoaded(true);
    });
    return () => {
      gone = true;
    };
  }, [held, load, joins]);

  const loadOlder = useCallback(async () => {
    const first = held?.get().lines[0];
    if (!held || !first || held.get().complete) return;
    const page = await load({ before: place(first), limit: PAGE });
    if (!page) return;
    const taken = page.lines.length > 0 ? takeLines(held.get(), page.lines) : held.get();
    held.set(page.start === null || page.lines.length === 0 ? atBeginning(taken) : taken);
  }, [held, load]);

  const fill = useCallback(
    async (missed: MissedEntry) => {
      const page = await load({ after: place(missed.after), limit: FILL });
      if (!page || !held) return;
      const { run, offset } = missed.before;
      const reached = page.lines.some((line) => line.run > run || (line.run === run && line.offset >= offset));
      held.set(fillMissed(held.get(), missed, page.lines, reached || page.lines.length < FILL));
    },
    [held, load],
  );

  // A gap that nobody announced is filled without being asked, once.
  useEffect(() => {
    for (const entry of log.entries) {
      if (entry.kind !== "missed" || entry.count !== null || entry.gone || tried.current.has(entry.key)) continue;
      tried.current.add(entry.key);
      void fill(entry);
    }
  }, [log, fill]);

  return {
    entries: log.entries,
    loading: !loaded && log.entries.length === 0,
    complete: log.complete,
    failure,
    loadOlder,
    fill,
  };
}
