"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useLayoutEffect, useRef, useState } from "react";
import { Card } from "../ui/card";
import { Checkbox } from "../ui/checkbox";
import type { Row } from "./arrange";
import { BotRow, rowGrid } from "./bot-row";

/** Rows drawn before the browser measures, so that the server's page is not empty. */
const FIRST = 30;
const ROW_PX = 68;

/** The bots as rows; only those in view are in the page, so a thousand scroll like ten. */
export function FleetList({
  rows,
  selected,
  onSelect,
  onSelectAll,
}: {
  rows: readonly Row[];
  selected: ReadonlySet<string>;
  onSelect: (botId: string, selected: boolean) => void;
  onSelectAll: (selected: boolean) => void;
}) {
  const t = useTranslations("fleet");
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState<number | null>(null);
  useLayoutEffect(() => {
    const measure = () => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    // A banner above pushes the list down.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: top ?? 0,
    getItemKey: (index) => rows[index]?.bot.id ?? index,
  });

  const shown = rows.filter(({ bot }) => selected.has(bot.id)).length;
  const drawn =
    top === null
      ? rows.slice(0, FIRST).map((row, index) => ({ row, index, start: null }))
      : virtual.getVirtualItems().flatMap(({ index, start }) => {
          const row = rows[index];
          return row ? [{ row, index, start: start - top }] : [];
        });
  return (
    <Card className="overflow-hidden">
      <div
        className={`${rowGrid} flex items-center gap-3 border-border border-b px-4 py-2.5 text-muted-foreground text-xs`}
      >
        <Checkbox
          aria-label={t("selectAll")}
          checked={shown === 0 ? false : shown === rows.length ? true : "indeterminate"}
          onCheckedChange={(checked) => onSelectAll(checked === true)}
        />
        <span>{t("columnName")}</span>
        <span className="max-md:hidden">{t("columnState")}</span>
        <span className="max-md:hidden">{t("columnUptime")}</span>
        <span className="max-md:hidden">
          <span className="sr-only">{t("columnRestarts")}</span>
          <span aria-hidden>↺</span>
        </span>
        <span className="max-xl:hidden">{t("columnCpu")}</span>
        <span className="max-xl:hidden">{t("columnMemory")}</span>
        <span className="max-md:hidden md:text-right">{t("columnPower")}</span>
      </div>
      <ul
        ref={list}
        aria-label={t("list")}
        className="relative"
        style={top === null ? undefined : { height: virtual.getTotalSize() }}
      >
        {drawn.map(({ row, index, start }) => (
          <li
            key={row.bot.id}
            data-index={index}
            ref={start === null ? undefined : virtual.measureElement}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            className={start === null ? undefined : "absolute inset-x-0 top-0"}
            style={start === null ? undefined : { transform: `translateY(${start}px)` }}
          >
            <BotRow bot={row.bot} brought={row.bot.live} selected={selected.has(row.bot.id)} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
