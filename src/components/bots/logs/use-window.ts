import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "#client/api";
import { cell } from "#client/live/cell";
import { emptyLog } from "#client/live/log-buffer";
import { growNewer, growOlder, hearOf, type LogWindow, openWindow, WINDOW_PAGE } from "#client/live/log-window";
import type { LogCursor, LogPage } from "#contracts/log";
import { useLive } from "../../live/provider";
import { useCell } from "../../live/use-live";
import { useReturn } from "../../live/use-return";
import { cursorOf } from "./address";

/** Where a reader opens a log: around a line, at a moment, or at its newest line. */
export type Target = { kind: "line"; at: LogCursor } | { kind: "since"; since: number } | { kind: "newest" };

/** So often at most a reader at the end asks for what was printed since, ms. */
const FOLLOW_MS = 400;
const noLog = cell(emptyLog);

/** A stretch of a bot's log that grows on either side. `held` is null until the first of it is here. */
export type Reading = {
  held: LogWindow | null;
  loading: "first" | "older" | "newer" | null;
  failure: unknown;
  older: () => void;
  newer: () => void;
  again: () => void;
};

/** Reads a bot's log from a target on. Open it anew (by a key) for another one. */
export function useWindow(botId: string, target: Target): Reading {
  const [held, setHeld] = useState<LogWindow | null>(null);
  const [loading, setLoading] = useState<Reading["loading"]>("first");
  const [failure, setFailure] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  const busy = useRef(false);
  const first = useRef(target);

  const load = useCallback(
    async (
      what: NonNullable<Reading["loading"]>,
      read: (read: Read) => Promise<(now: LogWindow | null) => LogWindow | null>,
    ) => {
      if (busy.current) return;
      busy.current = true;
      setLoading(what);
      setFailure(null);
      const begun = new AbortController();
      stop.current = begun;
      const { signal } = begun;
      try {
        const grow = await read((query) => client.log.read({ botId, limit: WINDOW_PAGE, ...query }, { signal }));
        if (!signal.aborted) setHeld(grow);
      } catch (error) {
        if (!signal.aborted) setFailure(error);
      } finally {
        if (!signal.aborted) {
          busy.current = false;
          setLoading(null);
        }
      }
    },
    [botId],
  );

  const open = useCallback(() => load("first", (read) => openAt(read, first.current)), [load]);
  useEffect(() => {
    void open();
    return () => {
      stop.current?.abort();
      busy.current = false;
    };
  }, [open]);

  const start = held?.start;
  const older = useCallback(() => {
    if (!start) return;
    void load("older", async (read) => {
      const page = await read({ before: cursorOf(start) });
      return (now) => now && growOlder(now, page);
    });
  }, [start, load]);

  const end = held?.end;
  const more = held?.atEnd === false;
  const newer = useCallback(() => {
    if (!more || !end) return;
    void load("newer", async (read) => {
      const page = await read({ after: cursorOf(end) });
      return (now) => now && growNewer(now, page);
    });
  }, [more, end, load]);

  // The live connection says when something was printed; what, is read like everything else here.
  const newest = useCell(useLive()?.store.log(botId, "console") ?? noLog, noLog).lines.at(-1);
  useEffect(() => {
    const timer = setTimeout(() => setHeld((now) => now && hearOf(now, newest)), FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [newest]);

  const again = held ? () => setFailure(null) : open;
  useReturn(() => failure !== null && void again());

  return { held, loading, failure, older, newer, again };
}

type Read = (query: { before?: string; after?: string; around?: string; since?: number }) => Promise<LogPage>;

async function openAt(read: Read, target: Target): Promise<() => LogWindow> {
  if (target.kind === "line") {
    const page = await read({ around: cursorOf(target.at) });
    return () => openWindow(page, false);
  }
  if (target.kind === "since") {
    const page = await read({ since: target.since });
    if (page.lines.length > 0) return () => openWindow(page, false);
  }
  const page = await read({});
  return () => openWindow(page, true);
}
