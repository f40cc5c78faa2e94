"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useRef } from "react";
import { lineKey } from "#client/live/log-buffer";
import type { LogCursor, LogLine } from "#contracts/log";
import { LogBox, ROW } from "../../console/log-box";
import { bareOf } from "../../console/rows";
import { EmptyState } from "../../ui/empty-state";
import type { Finder } from "./highlight";
import { HitRow } from "./hit-row";
import type { Hunt } from "./use-hunt";

/** What a search found, newest first, as it comes in. */
export function HitList({
  hunt,
  find,
  last,
  hrefOf,
  onOpen,
}: {
  hunt: Hunt;
  find: Finder;
  /** The hit that was opened last: the list comes back to it. */
  last: LogCursor | null;
  hrefOf: (line: LogLine) => string;
  onOpen: (line: LogLine) => void;
}) {
  const t = useTranslations("logs.hits");
  const box = useRef<HTMLDivElement>(null);
  const { hits } = hunt;
  const rows = useVirtualizer({
    count: hits.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => (hits[index] ? lineKey(hits[index]) : index),
    estimateSize: () => ROW + 4,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
    // What is read stays under the viewer's eyes when the newest hits make room.
    anchorTo: "end",
  });
  const isLast = (line: LogLine) => last !== null && line.run === last.run && line.offset === last.offset;

  // Once, when the reader comes back from a hit: not with each that is found meanwhile.
  const back = useRef(hits.findIndex(isLast));
  useEffect(() => {
    if (back.current !== -1) rows.scrollToIndex(back.current, { align: "center" });
    back.current = -1;
  }, [rows]);

  const textOf = useCallback((index: number) => (hits[index] ? bareOf(hits[index]) : ""), [hits]);
  if (hits.length === 0) {
    return hunt.state === "done" ? (
      <EmptyState
        className="m-4 border-0"
        icon={<SearchX aria-hidden />}
        title={t("none")}
        description={t("noneHint")}
      />
    ) : null;
  }
  return (
    <LogBox
      box={box}
      label={t("label")}
      rows={rows}
      onScroll={() => {}}
      row={(index) => {
        const line = hits[index];
        return line ? (
          <HitRow line={line} find={find} href={hrefOf(line)} current={isLast(line)} onOpen={onOpen} />
        ) : null;
      }}
      textOf={textOf}
    />
  );
}
