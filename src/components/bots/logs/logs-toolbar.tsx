"use client";

import { CalendarSearch, ListFilter, Rows3, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "#client/class-names";
import type { LogCursor } from "#contracts/log";
import { LevelChips } from "../../console/level-chips";
import { RawSwitch } from "../../console/raw-switch";
import { Button } from "../../ui/button";
import { CopyButton } from "../../ui/copy-button";
import { type LogAddress, searchKey } from "./address";
import { DownloadMenu } from "./download-menu";
import { JumpDialog } from "./jump-dialog";
import { RangeMenu } from "./range-menu";
import { RunsDialog } from "./runs-dialog";
import { SearchField } from "./search-field";

/** Above the Logs tab: what to look for, where, and the ways to a place in it. */
export function LogsToolbar({
  botId,
  address,
  busy,
  wrong,
  raw,
  onRaw,
  onChange,
  onPlace,
}: {
  botId: string;
  address: LogAddress;
  busy: boolean;
  /** What is wrong with the pattern, in words. */
  wrong: string | null;
  raw: boolean;
  onRaw: (raw: boolean) => void;
  onChange: (change: Partial<LogAddress>) => void;
  onPlace: (place: LogCursor) => void;
}) {
  const t = useTranslations("logs");
  const [more, setMore] = useState(false);
  const [asking, setAsking] = useState<"time" | "run" | null>(null);
  const close = () => setAsking(null);
  const picked = address.levels.length > 0 || address.since !== null || address.until !== null;
  const query = searchKey(address);
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2 border-border border-b p-2">
      <SearchField address={address} busy={busy} wrong={wrong} onChange={onChange} />
      <div className="flex flex-wrap items-center gap-1.5 sm:pt-1">
        <Button
          size="xs"
          variant={picked ? "secondary" : "outline"}
          aria-label={t("filters")}
          aria-expanded={more}
          className="sm:hidden"
          onClick={() => setMore(!more)}
        >
          <ListFilter aria-hidden />
        </Button>
        <Button size="xs" variant="outline" onClick={() => setAsking("time")}>
          <CalendarSearch aria-hidden />
          {t("jump.open")}
        </Button>
        <Button size="xs" variant="outline" onClick={() => setAsking("run")}>
          <Rows3 aria-hidden />
          {t("runs.open")}
        </Button>
        <DownloadMenu botId={botId} address={address} />
        {query === "" ? null : (
          <CopyButton
            size="xs"
            variant="outline"
            label={t("copySearch")}
            title={t("copySearch")}
            text={typeof window === "undefined" ? query : new URL(query, window.location.href).href}
          />
        )}
      </div>
      <div className={cn("flex w-full flex-wrap items-center gap-x-3 gap-y-2", more || "max-sm:hidden")}>
        <LevelChips levels={address.levels} onLevels={(levels) => onChange({ levels, at: null })} />
        <RangeMenu address={address} onChange={onChange} />
        <RawSwitch raw={raw} onRaw={onRaw} />
      </div>
      {address.run === null ? null : (
        <Button
          size="xs"
          variant="secondary"
          aria-label={t("runs.clear", { run: address.run })}
          onClick={() => onChange({ run: null, at: null })}
        >
          {t("runs.onlyThis", { run: address.run })}
          <X aria-hidden />
        </Button>
      )}
      {asking === "time" ? <JumpDialog botId={botId} onClose={close} onPlace={onPlace} /> : null}
      {asking === "run" ? (
        <RunsDialog botId={botId} onClose={close} onPlace={onPlace} onRun={(run) => onChange({ run, at: null })} />
      ) : null}
    </div>
  );
}
