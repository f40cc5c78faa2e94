"use client";

import { ArrowDown, Moon } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type LogEntry, lineKey } from "#client/live/log-buffer";
import type { LogLine } from "#contracts/log";
import { LogBox } from "../../console/log-box";
import { useLogLooks } from "../../console/log-looks";
import { RowView } from "../../console/row-view";
import { plainText, rowAt, rowsOf, unfolded } from "../../console/rows";
import { NEAR, useLogRows } from "../../console/use-log-rows";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { ReaderFailed, ReaderWaiting } from "./reader-states";
import { type Target, useWindow } from "./use-window";

/** So near to either end (px), more is fetched. */
const EDGE = 600;

const noLines: readonly LogLine[] = [];

/**
 * The log itself, from a target on: scrolls both ways without limit, and holds no more than some thousand lines. For another target,
 * another key.
 */
export function Reader({
  bot,
  target,
  onNewest,
}: {
  bot: { id: string; name: string };
  target: Target;
  /** Leads to the newest line; null where that would lead away from a hit. */
  onNewest: (() => void) | null;
}) {
  const t = useTranslations("logs.reader");
  const { raw } = useLogLooks();
  const { held, loading, failure, older, newer, again } = useWindow(bot.id, target);
  const box = useRef<HTMLDivElement>(null);
  const lines = held?.lines ?? noLines;
  const shown = useMemo(() => {
    const rows = rowsOf(lines.map((line): LogEntry => ({ kind: "line", key: lineKey(line), line })));
    return raw ? unfolded(rows) : rows;
  }, [lines, raw]);

  // Who has come to the newest line goes with it; who pages on to it is not carried along.
  const live = useRef(target.kind === "newest");
  const rows = useLogRows(shown, box, live.current);

  const placed = useRef(false);
  const [missing, setMissing] = useState(false);
  useLayoutEffect(() => {
    if (placed.current || shown.length === 0) return;
    // Once: from then on the viewer scrolls.
    placed.current = true;
    if (target.kind === "newest") rows.scrollToEnd();
    else if (target.kind === "since") rows.scrollToIndex(0, { align: "start" });
    else {
      const found = rowAt(shown, target.at);
      setMissing(found === -1);
      rows.scrollToIndex(found === -1 ? Math.floor(shown.length / 2) : found, { align: "center" });
      // On a phone the box reaches below the screen, and with it the line.
      const frame = box.current?.closest("section");
      if (frame && frame.getBoundingClientRect().bottom > window.innerHeight) frame.scrollIntoView({ block: "start" });
    }
  }, [shown, rows, target]);

  const [far, setFar] = useState(false);
  const atEnd = held?.atEnd === true;
  const look = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    setFar(below > NEAR);
    if (below > EDGE) live.current = false;
    else if (atEnd && below <= NEAR) live.current = true;
    if (failure !== null) return;
    if (element.scrollTop < EDGE) older();
    if (below < EDGE) newer();
  }, [failure, older, newer, atEnd]);
  // Not only scrolling leads to an end: a page may be short, and a bot prints on. A frame later, when the rows stand where they belong.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when one page is here, another may be due
  useEffect(() => {
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [look, shown, loading]);

  const latest = useRef(shown);
  latest.current = shown;
  const textOf = useCallback((index: number) => {
    const row = latest.current[index];
    return row ? plainText(row) : "";
  }, []);

  if (!held) return <ReaderWaiting failure={failure} onAgain={again} />;
  if (shown.length === 0) {
    return (
      <EmptyState className="m-4 border-0" icon={<Moon aria-hidden />} title={t("empty")} description={t("hint")} />
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      {missing ? (
        <p role="status" className="border-border border-b bg-waiting-soft px-3 py-1.5 text-waiting text-xs">
          {t("gone")}
        </p>
      ) : null}
      {failure === null ? null : <ReaderFailed failure={failure} onAgain={again} />}
      <div className="relative min-h-0 flex-1">
        {loading === "older" || (loading === "newer" && !live.current) ? (
          <p
            role="status"
            className={`absolute left-1/2 z-10 -translate-x-1/2 rounded-full border border-border bg-popover px-3 py-1 text-xs ${loading === "older" ? "top-2" : "bottom-2"}`}
          >
            {t(loading)}
          </p>
        ) : null}
        <LogBox
          box={box}
          label={t("label", { name: bot.name })}
          rows={rows}
          onScroll={look}
          row={(index) => {
            const row = shown[index];
            return row ? <RowView row={row} /> : null;
          }}
          textOf={textOf}
        />
        {onNewest && far ? (
          <Button
            size="sm"
            variant="secondary"
            className="absolute right-4 bottom-3 z-10 border border-border-strong shadow-lg"
            onClick={onNewest}
          >
            {t("newest")}
            <ArrowDown aria-hidden />
          </Button>
        ) : null}
      </div>
    </div>
  );
}
