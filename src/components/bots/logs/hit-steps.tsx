"use client";

import { ArrowDown, ArrowLeft, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import type { LogCursor, LogLine } from "#contracts/log";
import { Button } from "../../ui/button";

/** From the lines around a hit back to all of them, or on to the next. */
export function HitSteps({
  hits,
  at,
  onBack,
  onOpen,
}: {
  hits: readonly LogLine[];
  at: LogCursor;
  onBack: () => void;
  onOpen: (line: LogLine) => void;
}) {
  const t = useTranslations("logs.steps");
  const index = hits.findIndex((hit) => hit.run === at.run && hit.offset === at.offset);
  // Newest first: the one before in the list came later.
  const newer = index > 0 ? hits[index - 1] : undefined;
  const older = index === -1 ? undefined : hits[index + 1];
  return (
    <div className="flex flex-wrap items-center gap-2 border-border border-b px-2 py-1.5">
      <Button size="xs" variant="outline" onClick={onBack}>
        <ArrowLeft aria-hidden />
        {t("back", { count: hits.length })}
      </Button>
      {index === -1 ? null : (
        <div className="ml-auto flex items-center gap-2">
          <span className="text-muted-foreground text-xs tabular-nums">
            {t("which", { number: index + 1, count: hits.length })}
          </span>
          <Button size="xs" variant="outline" disabled={!older} onClick={() => older && onOpen(older)}>
            <ArrowUp aria-hidden />
            {t("older")}
          </Button>
          <Button size="xs" variant="outline" disabled={!newer} onClick={() => newer && onOpen(newer)}>
            <ArrowDown aria-hidden />
            {t("newer")}
          </Button>
        </div>
      )}
    </div>
  );
}
