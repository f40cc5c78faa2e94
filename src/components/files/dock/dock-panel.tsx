"use client";

import { ChevronDown, ChevronUp, ListX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useCell } from "../../live/use-live";
import { Button } from "../../ui/button";
import { dock, isOver } from "./dock";
import { DockLine } from "./dock-row";

/** What is on its way into one bot's files; nothing at all when there is nothing. */
export function DockPanel({ botId }: { botId: string }) {
  const t = useTranslations("dock");
  const [folded, fold] = useState(false);
  const rows = useCell(dock.rows).filter((row) => row.botId === botId);
  if (rows.length === 0) return null;
  const under = rows.filter((row) => !isOver(row)).length;
  const clear = () => {
    for (const row of rows) if (isOver(row)) row.acts.dismiss?.();
  };
  return (
    <section aria-label={t("label")} className="shrink-0 border-border border-t bg-card">
      <div className="flex items-center gap-1 px-3 py-1">
        <h3 className="flex-1 text-muted-foreground text-xs">{under > 0 ? t("count", { count: under }) : t("over")}</h3>
        {under < rows.length ? (
          <Button size="icon-sm" variant="ghost" aria-label={t("clear")} title={t("clear")} onClick={clear}>
            <ListX aria-hidden />
          </Button>
        ) : null}
        <Button
          size="icon-sm"
          variant="ghost"
          aria-expanded={!folded}
          aria-label={t(folded ? "unfold" : "fold")}
          onClick={() => fold(!folded)}
        >
          {folded ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
        </Button>
      </div>
      {folded ? null : (
        <ul aria-label={t("label")} className="max-h-52 divide-y divide-border overflow-y-auto">
          {rows.map((row) => (
            <DockLine key={row.key} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}
