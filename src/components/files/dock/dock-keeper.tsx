"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { toast } from "sonner";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import { useCell } from "../../live/use-live";
import { Progress } from "../../ui/progress";
import { type DockRow, dock, isOver } from "./dock";
import { useRowWords } from "./row-words";

/** A row that ended well is taken away by itself after this, ms. */
const KEEP_MS = 8_000;

/** Stands on every page: says how things ended, and leads from other pages to what is on its way. */
export function DockKeeper() {
  useEnds();
  const t = useTranslations("dock");
  const here = usePathname();
  const rows = useCell(dock.rows).filter((row) => !isOver(row) && here !== `/bots/${row.botId}/files`);
  const [first] = rows;
  if (!first) return null;
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  const done = rows.reduce((sum, row) => sum + row.done, 0);
  return (
    <Link
      href={`/bots/${first.botId}/files`}
      className="fixed bottom-20 left-4 z-40 flex w-52 flex-col gap-1.5 rounded-lg border border-border bg-popover px-3 py-2 text-sm shadow-lg outline-none hover:bg-secondary focus-visible:ring-2 focus-visible:ring-ring lg:bottom-4 lg:left-60"
    >
      {t("count", { count: rows.length })}
      <Progress aria-hidden className="h-1" value={total > 0 ? Math.min(100, (done / total) * 100) : null} />
    </Link>
  );
}

// A toast for each row that comes to its end; what the bot uses is counted anew.
function useEnds(): void {
  const t = useTranslations("dock");
  const queries = useQueryClient();
  const words = useRowWords();
  const say = useFailureText();
  const told = useRef<ReadonlySet<string>>(new Set());
  const rows = useCell(dock.rows);
  useEffect(() => {
    const over = rows.filter(isOver);
    for (const row of over) {
      if (told.current.has(row.key)) continue;
      void queries.invalidateQueries({ queryKey: keys.files(row.botId) });
      tell(row);
    }
    told.current = new Set(over.map(({ key }) => key));

    function tell(row: DockRow): void {
      const { name, phase } = row;
      if (phase.is === "failed") toast.error(t("failed", { name, why: say(phase.failure) }));
      if (phase.is !== "done") return;
      const said = words.ended(row, phase);
      if (phase.failed.length > 0) return void toast.error(said);
      toast.success(said);
      setTimeout(() => dock.remove(row.key), KEEP_MS);
    }
  }, [rows, queries, t, say, words]);
}
