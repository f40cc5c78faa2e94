"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { MissedEntry } from "#client/live/log-buffer";
import type { LogLine } from "#contracts/log";
import { Button } from "../ui/button";
import { LineRow } from "./line-row";
import { useLogLooks } from "./log-looks";
import { MarkRow } from "./mark-row";
import { MissedRow } from "./missed-row";
import type { LogRow } from "./rows";

/** A row of a log, whatever it is. */
export function RowView({ row, onFill }: { row: LogRow; onFill?: (missed: MissedEntry) => Promise<void> }) {
  if (row.kind === "text") return <LineRow line={row.line} more={row.more} />;
  if (row.kind === "mark") return <MarkRow line={row.line} mark={row.mark} />;
  if (row.kind === "full") return <FullRow line={row.line} />;
  return onFill ? <MissedRow missed={row} onFill={onFill} /> : null;
}

/** The console's old end: the browser holds no more, the Logs tab goes on from there. */
function FullRow({ line }: { line: LogLine }) {
  const t = useTranslations("console.full");
  const { linkTo } = useLogLooks();
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 px-3 py-2 text-center font-sans text-muted-foreground text-xs">
      {t("words")}
      {linkTo ? (
        <Button asChild size="xs" variant="outline">
          <Link href={linkTo(line)}>{t("open")}</Link>
        </Button>
      ) : null}
    </div>
  );
}
