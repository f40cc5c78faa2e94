"use client";

import { useTimeZone, useTranslations } from "next-intl";
import { useCallback, useDeferredValue, useMemo, useState } from "react";
import type { LogEntry } from "#client/live/log-buffer";
import { beginOf } from "#client/moment";
import { useFailureText } from "#client/words";
import type { BotPermission } from "#contracts/access";
import type { LogLine } from "#contracts/log";
import type { ProcessStatus } from "#contracts/process";
import { writeAddress } from "../bots/logs/address";
import { useTick } from "../live/time";
import { useBotLog } from "../live/use-log";
import { ConsoleEmpty } from "./console-empty";
import { ConsoleInput } from "./console-input";
import { type ConsoleFilter, ConsoleToolbar } from "./console-toolbar";
import { linesAfter, untilPause } from "./entries";
import { LogFrame } from "./log-frame";
import { LogList } from "./log-list";
import { LogLooksProvider, useRaw } from "./log-looks";
import { countLines, filterRows, isFiltering, type LogRow, rowsOf, unfolded } from "./rows";
import { hasOlder, isFull } from "./use-older";

const nothing: ConsoleFilter = { text: "", levels: [], since: null };

/** A bot's console: what it prints as it prints it, and a line to type into it. */
export function Console({
  bot,
  status,
  away,
  allows,
}: {
  bot: { id: string; name: string };
  /** Null: nobody knows it now. */
  status: ProcessStatus | null;
  /** True while the live connection is lost. */
  away: boolean;
  allows: (permission: BotPermission) => boolean;
}) {
  const t = useTranslations("console");
  const say = useFailureText();
  const log = useBotLog(bot.id);
  const [raw, setRaw] = useRaw();
  const [held, setHeld] = useState<readonly LogEntry[] | null>(null);
  const [filter, setFilter] = useState(nothing);
  const wanted = useRowFilter(useDeferredValue(filter));

  const reached = useMemo(() => (held ? untilPause(log.entries, held) : log.entries), [log.entries, held]);
  const rows = useMemo(() => rowsOf(reached), [reached]);
  const left = useMemo(() => filterRows(rows, wanted), [rows, wanted]);
  const filtered = isFiltering(wanted);
  const full = isFull(log) && !filtered;
  const shown = useMemo(() => {
    const lines = raw ? unfolded(left) : left;
    return full ? withFullRow(lines) : lines;
  }, [left, raw, full]);
  const waiting = held ? linesAfter(log.entries, held.at(-1)?.key) : 0;
  const linkTo = useCallback(
    (line: LogLine) => `/bots/${bot.id}/logs${writeAddress({ at: { run: line.run, offset: line.offset } })}`,
    [bot.id],
  );
  const history = filtered ? `/bots/${bot.id}/logs${writeAddress({ ...filter, text: filter.text.trim() })}` : null;

  return (
    <LogFrame label={t("output", { name: bot.name })}>
      <ConsoleToolbar
        filter={filter}
        onFilter={setFilter}
        counts={filtered ? { shown: countLines(left), total: countLines(rows) } : null}
        history={history}
        raw={raw}
        onRaw={setRaw}
        paused={held !== null}
        waiting={waiting}
        onPause={() => setHeld(held ? null : log.entries)}
        onOlder={filtered && hasOlder(log) ? log.loadOlder : null}
      />
      {away && log.entries.length > 0 ? (
        <p role="status" className="border-border border-b bg-waiting-soft px-3 py-1.5 text-waiting text-xs">
          {t("away")}
        </p>
      ) : null}
      {log.failure !== null && !away ? (
        <p role="alert" className="border-border border-b bg-danger-soft px-3 py-1.5 text-danger text-xs">
          {t("failed", { why: say(log.failure) })}
        </p>
      ) : null}
      <div className="relative min-h-0 flex-1 bg-field">
        {shown.length > 0 ? (
          <LogLooksProvider raw={raw} linkTo={linkTo}>
            <LogList label={t("output", { name: bot.name })} log={log} rows={shown} mayLoad={!filtered} />
          </LogLooksProvider>
        ) : (
          <ConsoleEmpty
            status={status}
            loading={log.loading && !away}
            away={away}
            history={history}
            text={wanted.text.trim()}
          />
        )}
      </div>
      <ConsoleInput bot={bot} status={status} away={away} allowed={allows("console:send")} />
    </LogFrame>
  );
}

/** The filter with "the last hour" as a moment, which moves on by itself. */
function useRowFilter({ text, levels, since }: ConsoleFilter) {
  const timeZone = useTimeZone() ?? "UTC";
  const now = useTick(10_000);
  const from = since === null ? 0 : beginOf(since, now, timeZone);
  return useMemo(() => ({ text, levels, since: from }), [text, levels, from]);
}

/** At the old end of a full console: what leads on. */
function withFullRow(rows: readonly LogRow[]): readonly LogRow[] {
  const first = rows.find((row) => row.kind === "text" || row.kind === "mark");
  if (first?.kind !== "text" && first?.kind !== "mark") return rows;
  return [{ kind: "full", key: "full", line: first.line }, ...rows];
}
