"use client";

import { History, ListFilter, Pause, Play, Search, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "#client/class-names";
import type { Recently } from "#client/moment";
import type { LogLevel } from "#contracts/log";
import { Button } from "../ui/button";
import { Input } from "../ui/input";
import { LevelChips } from "./level-chips";
import { RawSwitch } from "./raw-switch";
import { SinceSelect } from "./since-select";

/** What a console is asked to show of what is loaded. */
export type ConsoleFilter = { text: string; levels: readonly LogLevel[]; since: Recently | null };

/** Above a console: what to show of what is loaded, where to look for the rest, and hold the picture still. */
export function ConsoleToolbar({
  filter,
  onFilter,
  counts,
  history,
  raw,
  onRaw,
  paused,
  waiting,
  onPause,
  onOlder,
}: {
  filter: ConsoleFilter;
  onFilter: (filter: ConsoleFilter) => void;
  /** How much the filter leaves; null without one. */
  counts: { shown: number; total: number } | null;
  /** Where the same is looked for in the whole history; null without a filter. */
  history: string | null;
  raw: boolean;
  onRaw: (raw: boolean) => void;
  paused: boolean;
  /** Lines that came since the pause. */
  waiting: number;
  onPause: () => void;
  /** Loads more to look through; null when there is no more. */
  onOlder: (() => void) | null;
}) {
  const t = useTranslations("console");
  // On a phone the lines need the room more; on wide screens all of it is there.
  const [more, setMore] = useState(false);
  const picked = filter.levels.length + (filter.since ? 1 : 0);
  const setText = (text: string) => onFilter({ ...filter, text });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-border border-b p-2">
      <div className="relative min-w-32 flex-1 sm:max-w-64">
        <Search
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground"
          aria-hidden
        />
        <Input
          type="search"
          aria-label={t("filter")}
          placeholder={t("filter")}
          autoComplete="off"
          spellCheck={false}
          className="h-8 px-8 [&::-webkit-search-cancel-button]:hidden"
          value={filter.text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setText("");
          }}
        />
        {filter.text ? (
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label={t("filterClear")}
            className="absolute top-0 right-0"
            onClick={() => setText("")}
          >
            <X aria-hidden />
          </Button>
        ) : null}
      </div>
      <Button
        size="icon-sm"
        variant={picked > 0 ? "secondary" : "outline"}
        aria-label={t("filters")}
        aria-expanded={more}
        className="sm:hidden"
        onClick={() => setMore(!more)}
      >
        <ListFilter aria-hidden />
      </Button>
      <div
        className={cn(
          "flex flex-wrap items-center gap-x-3 gap-y-2 max-sm:order-last max-sm:w-full",
          more || "max-sm:hidden",
        )}
      >
        <LevelChips levels={filter.levels} onLevels={(levels) => onFilter({ ...filter, levels })} />
        <SinceSelect since={filter.since} onSince={(since) => onFilter({ ...filter, since })} />
        <RawSwitch raw={raw} onRaw={onRaw} />
      </div>
      <div className="ml-auto flex items-center gap-2">
        {paused ? (
          <p role="status" className="text-waiting text-xs tabular-nums max-sm:sr-only">
            {t("paused", { count: waiting })}
          </p>
        ) : null}
        <Button size="sm" variant={paused ? "default" : "outline"} aria-pressed={paused} onClick={onPause}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          <span className="max-sm:sr-only">{t(paused ? "resume" : "pause")}</span>
          {paused && waiting > 0 ? (
            <span aria-hidden className="tabular-nums sm:hidden">
              {waiting}
            </span>
          ) : null}
        </Button>
      </div>
      {counts ? (
        <div className="flex w-full flex-wrap items-center gap-2 text-xs max-sm:order-last">
          <p role="status" className="text-muted-foreground tabular-nums">
            {t("filterCount", counts)}
          </p>
          {onOlder ? (
            <Button size="xs" variant="outline" onClick={onOlder}>
              {t("loadOlder")}
            </Button>
          ) : null}
          {history ? (
            <Button asChild size="xs" variant="outline">
              <Link href={history}>
                <History aria-hidden />
                {t("history")}
              </Link>
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
