"use client";

import { Pause, Play, Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Input } from "../ui/input";

/** Above a console: look for a text in what is loaded, and hold the picture still. */
export function ConsoleToolbar({
  filter,
  onFilter,
  counts,
  paused,
  waiting,
  onPause,
  onOlder,
}: {
  filter: string;
  onFilter: (text: string) => void;
  /** How much the filter leaves; null without one. */
  counts: { shown: number; total: number } | null;
  paused: boolean;
  /** Lines that came since the pause. */
  waiting: number;
  onPause: () => void;
  /** Loads more to look through; null when there is no more. */
  onOlder: (() => void) | null;
}) {
  const t = useTranslations("console");
  return (
    <div className="flex flex-wrap items-center gap-2 border-border border-b p-2">
      <div className="relative min-w-36 max-w-xs flex-1">
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
          value={filter}
          onChange={(event) => onFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") onFilter("");
          }}
        />
        {filter ? (
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label={t("filterClear")}
            className="absolute top-0 right-0"
            onClick={() => onFilter("")}
          >
            <X aria-hidden />
          </Button>
        ) : null}
      </div>
      {counts ? (
        <p role="status" className="text-muted-foreground text-xs tabular-nums">
          {t("filterCount", counts)}
        </p>
      ) : null}
      {onOlder ? (
        <Button size="xs" variant="outline" onClick={onOlder}>
          {t("loadOlder")}
        </Button>
      ) : null}
      <div className="ml-auto flex items-center gap-2">
        {paused ? (
          <p role="status" className="text-waiting text-xs tabular-nums">
            {t("paused", { count: waiting })}
          </p>
        ) : null}
        <Button size="sm" variant={paused ? "default" : "outline"} aria-pressed={paused} onClick={onPause}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {t(paused ? "resume" : "pause")}
        </Button>
      </div>
    </div>
  );
}
