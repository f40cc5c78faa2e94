"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { z } from "zod";
import { keep, recall } from "#client/preferences";
import type { LogCursor, LogLine } from "#contracts/log";

/** How the lines of a log are shown, for every row below. */
export type LogLooks = {
  /** Lines as they were printed: no JSON is read, no trace folded. */
  raw: boolean;
  /** With the day before the time: for logs that span many. */
  dated?: boolean;
  /** The line that a link led to. */
  marked?: LogCursor | null;
  /** Where a link to a line leads; without, lines have none. */
  linkTo?: (line: LogLine) => string;
};

type Inner = LogLooks & { open: Set<string> };

const Context = createContext<Inner>({ raw: false, open: new Set() });

export function LogLooksProvider({ raw, dated, marked, linkTo, children }: LogLooks & { children: ReactNode }) {
  // What is unfolded outlives its row, which goes when it is scrolled out of sight.
  const [open] = useState(() => new Set<string>());
  const looks = useMemo(() => ({ raw, dated, marked, linkTo, open }), [raw, dated, marked, linkTo, open]);
  return <Context value={looks}>{children}</Context>;
}

export const useLogLooks = (): LogLooks => useContext(Context);

/** Whether something of a log is unfolded, and the switch of it. `first`: until somebody chooses. */
export function useUnfolded(key: string, first = false): [open: boolean, toggle: () => void] {
  const { open } = useContext(Context);
  const [shown, setShown] = useState(() => first || open.has(key));
  const toggle = useCallback(() => {
    if (shown) open.delete(key);
    else open.add(key);
    setShown(!shown);
  }, [shown, open, key]);
  return [shown, toggle];
}

const RAW = "botyard-raw-log";

/** Whether this viewer wants logs as they were printed, remembered in the browser. */
export function useRaw(): [raw: boolean, setRaw: (raw: boolean) => void] {
  const [raw, setRaw] = useState(false);
  useEffect(() => setRaw(recall(RAW, z.boolean()) ?? false), []);
  return [
    raw,
    useCallback((wanted) => {
      keep(RAW, wanted);
      setRaw(wanted);
    }, []),
  ];
}
