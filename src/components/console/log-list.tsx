"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { BotLog } from "../live/use-log";
import { FreshButton } from "./fresh-button";
import { LogBox } from "./log-box";
import { RowView } from "./row-view";
import { type LogRow, plainText } from "./rows";
import { NEAR, useLogRows } from "./use-log-rows";
import { useOlder } from "./use-older";

/**
 * Lines of a log in a box of its own, only those in sight drawn. Stays at the newest line until the viewer scrolls up,
 * and does not move under their eyes when older lines come in above.
 */
export function LogList({
  label,
  log,
  rows: shown,
  mayLoad = true,
}: {
  label: string;
  log: BotLog;
  /** What of the log is shown. */
  rows: readonly LogRow[];
  /** Whether scrolling to the top loads more; not while a filter leaves out most of it. */
  mayLoad?: boolean;
}) {
  const t = useTranslations("console");
  const box = useRef<HTMLDivElement>(null);
  const [leftAt, setLeftAt] = useState<string | null>(null);
  const newest = useRef<string | undefined>(undefined);
  newest.current = shown.at(-1)?.key;

  const rows = useLogRows(shown, box, true);
  const older = useOlder(box, log, mayLoad);

  // The list follows appended lines by itself; this also brings it back when lines were filled in before the last ones.
  const following = leftAt === null;
  useLayoutEffect(() => {
    if (following && shown.length > 0) rows.scrollToEnd();
  }, [following, shown, rows]);

  // A notice above or a keyboard on a phone takes room: the newest line stays in sight.
  useEffect(() => {
    const element = box.current;
    if (!element || !following) return;
    const resized = new ResizeObserver(() => rows.scrollToEnd());
    resized.observe(element);
    return () => resized.disconnect();
  }, [following, rows]);

  const lastTop = useRef(0);
  const watchScroll = () => {
    const element = box.current;
    if (!element) return;
    const { scrollTop } = element;
    const near = element.scrollHeight - scrollTop - element.clientHeight <= NEAR;
    // Only a viewer scrolls up: the list growing under them is no wish to stay behind.
    if (near) setLeftAt(null);
    else if (scrollTop < lastTop.current) setLeftAt((before) => before ?? newest.current ?? null);
    lastTop.current = scrollTop;
    older.atTop();
  };

  const latest = useRef(shown);
  latest.current = shown;
  const textOf = useCallback((index: number) => {
    const row = latest.current[index];
    return row ? plainText(row) : "";
  }, []);

  return (
    <div className="relative h-full min-h-0">
      {older.loading ? (
        <p
          role="status"
          className="absolute top-2 left-1/2 z-10 -translate-x-1/2 rounded-full border border-border bg-popover px-3 py-1 text-xs"
        >
          {t("loadingOlder")}
        </p>
      ) : null}
      <LogBox
        box={box}
        label={label}
        rows={rows}
        onScroll={watchScroll}
        row={(index) => {
          const row = shown[index];
          return row ? <RowView row={row} onFill={log.fill} /> : null;
        }}
        textOf={textOf}
      />
      {leftAt === null ? null : (
        <FreshButton
          rows={shown}
          since={leftAt}
          onClick={() => {
            setLeftAt(null);
            rows.scrollToEnd();
          }}
        />
      )}
    </div>
  );
}
