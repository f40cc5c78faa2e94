"use client";

import { useTranslations } from "next-intl";
import { useDeferredValue, useMemo, useState } from "react";
import type { LogEntry } from "#client/live/log-buffer";
import { useFailureText } from "#client/words";
import type { BotPermission } from "#contracts/access";
import type { ProcessStatus } from "#contracts/process";
import { useBotLog } from "../live/use-log";
import { ConsoleEmpty } from "./console-empty";
import { ConsoleInput } from "./console-input";
import { ConsoleToolbar } from "./console-toolbar";
import { filterEntries, linesAfter, untilPause } from "./entries";
import { LogList } from "./log-list";
import { hasOlder } from "./use-older";

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
  const [held, setHeld] = useState<readonly LogEntry[] | null>(null);
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter);

  const reached = useMemo(() => (held ? untilPause(log.entries, held) : log.entries), [log.entries, held]);
  const shown = useMemo(() => filterEntries(reached, wanted), [reached, wanted]);
  const waiting = held ? linesAfter(log.entries, held.at(-1)?.key) : 0;
  const filtered = wanted.trim() !== "";

  return (
    <section
      aria-label={t("output", { name: bot.name })}
      className="flex h-[calc(100dvh-9rem)] min-h-88 sm:h-[calc(100dvh-20.5rem)] min-w-0 flex-col overflow-hidden rounded-xl border border-border bg-card"
    >
      <ConsoleToolbar
        filter={filter}
        onFilter={setFilter}
        counts={filtered ? { shown: shown.length, total: reached.length } : null}
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
          <LogList label={t("output", { name: bot.name })} log={log} entries={shown} mayLoad={!filtered} />
        ) : (
          <ConsoleEmpty
            status={status}
            loading={log.loading && !away}
            away={away}
            filter={filtered ? wanted.trim() : ""}
          />
        )}
      </div>
      <ConsoleInput bot={bot} status={status} away={away} allowed={allows("console:send")} />
    </section>
  );
}
