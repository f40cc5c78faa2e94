"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { LogList } from "../../console/log-list";
import { rowsOf } from "../../console/rows";
import { StyledText } from "../../console/styled-text";
import { useBotLog } from "../../live/use-log";

/** What installing printed, as it comes. */
export function InstallLog({ botId }: { botId: string }) {
  const t = useTranslations("install");
  const log = useBotLog(botId, "install");
  const rows = useMemo(() => rowsOf(log.entries), [log.entries]);
  return (
    <div className="h-64 overflow-hidden rounded-lg border border-border bg-field">
      {log.entries.length === 0 ? (
        <p className="p-4 text-muted-foreground text-sm">{t("waiting")}</p>
      ) : (
        <LogList label={t("log")} log={log} rows={rows} />
      )}
    </div>
  );
}

/** The last lines of an install that failed, as they came with its state. */
export function LastLines({ lines }: { lines: readonly string[] }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-64 overflow-auto rounded-lg border border-border bg-field p-3 font-mono text-xs leading-relaxed"
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
        <div key={index} className="wrap-anywhere whitespace-pre-wrap">
          <StyledText text={line} />
        </div>
      ))}
    </pre>
  );
}
