"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LogEntry } from "#client/live/log-buffer";
import type { BotLog } from "../live/use-log";
import { FreshButton } from "./fresh-button";
import { LineRow } from "./line-row";
import { MarkRow } from "./mark-row";
import { MissedRow } from "./missed-row";
import { useOlder } from "./use-older";

const ROW = 20;
const NEAR = 40;

/**
 * Lines of a log in a box of its own, only those in sight drawn. Stays at the newest line until the viewer scrolls up,
 * and does not move under their eyes when older lines come in above.
 */
export function LogList({
  label,
  log,
  entries,
  mayLoad = true,
}: {
  label: string;
  log: BotLog;
  /** What of the log is shown. */
  entries: readonly LogEntry[];
  /** Whether scrolling to the top loads more; not while a filter leaves out most of it. */
  mayLoad?: boolean;
}) {
  const t = useTranslations("console");
  const box = useRef<HTMLDivElement>(null);
  const [leftAt, setLeftAt] = useState<string | null>(null);
  const newest = useRef<string | undefined>(undefined);
  newest.current = entries.at(-1)?.key;

  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => entries[index]?.key ?? index,
    estimateSize: () => ROW,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR,
  });
  const older = useOlder(box, log, mayLoad);

  // The list follows appended lines by itself; this also brings it back when lines were filled in before the last ones.
  const following = leftAt === null;
  useLayoutEffect(() => {
    if (following && entries.length > 0) rows.scrollToEnd();
  }, [following, entries, rows]);

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
      <div
        ref={box}
        role="log"
        // Hundreds of lines a second are no news for a screen reader; the log is there to be read when wanted.
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={watchScroll}
        className="h-full overflow-y-auto overflow-x-hidden overscroll-contain font-mono text-[13px] leading-5 [font-variant-ligatures:none] outline-none [overflow-anchor:none] focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
      >
        <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const entry = entries[item.index];
            if (!entry) return null;
            return (
              <div
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {entry.kind === "missed" ? (
                  <MissedRow missed={entry} onFill={log.fill} />
                ) : entry.line.mark ? (
                  <MarkRow line={entry.line} mark={entry.line.mark} />
                ) : (
                  <LineRow line={entry.line} />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {leftAt === null ? null : (
        <FreshButton
          entries={entries}
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
