"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { KEPT_LINES } from "#client/live/log-buffer";
import type { BotLog } from "../live/use-log";

/** So near to the top (px), older lines are fetched. */
const TOP = 200;
/** A page that would push others out again is not worth fetching. */
const ROOM = Math.floor(KEPT_LINES * 0.95);

/** Whether the browser holds as many lines as it may, while there are older ones on the server. */
export const isFull = (log: BotLog) => !log.complete && log.entries.length >= ROOM;

/** Whether older lines can still be loaded into the browser. */
export const hasOlder = (log: BotLog) => !log.complete && log.entries.length > 0 && log.entries.length < ROOM;

/** Loads older lines when the viewer comes near the top, and until a short log fills its box. */
export function useOlder(box: RefObject<HTMLElement | null>, log: BotLog, may: boolean) {
  const [loading, setLoading] = useState(false);
  const under = useRef(false);
  const load = useCallback(async () => {
    if (under.current || !may || !hasOlder(log)) return;
    under.current = true;
    setLoading(true);
    try {
      await log.loadOlder();
    } finally {
      under.current = false;
      setLoading(false);
    }
  }, [log, may]);

  // After a failure only the viewer's own scrolling tries again.
  const failed = log.failure !== null;
  useEffect(() => {
    const element = box.current;
    if (element && !failed && element.clientHeight > 0 && element.scrollHeight <= element.clientHeight) void load();
  }, [box, load, failed]);

  return {
    loading,
    load,
    atTop: () => {
      if ((box.current?.scrollTop ?? TOP) < TOP) void load();
    },
  };
}
