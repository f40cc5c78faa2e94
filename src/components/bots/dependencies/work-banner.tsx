"use client";

import { CircleAlert, CircleCheck, PackageOpen } from "lucide-react";
import { useMessages, useTranslations } from "next-intl";
import { useState } from "react";
import type { DependencyWork } from "#contracts/dependencies";
import { fill, isErrorCode } from "#contracts/errors";
import { Since } from "../../live/time";
import { Button } from "../../ui/button";
import { LastLines } from "../bot/install-log";
import { useWorkLog } from "./use-dependencies";

type Told = Exclude<DependencyWork, { state: "none" }>;

/** What is being done, or how the last thing went, with its log. */
export function WorkBanner({ botId, work, onCancel }: { botId: string; work: Told; onCancel: (() => void) | null }) {
  const t = useTranslations("dependencies");
  const sentences = useMessages().error;
  const [asked, setAsked] = useState<boolean | null>(null);
  const { kind, name } = work.what;
  const running = work.state === "running";
  const failed = work.state === "failed";
  const open = asked ?? running;
  const Icon = failed ? CircleAlert : running ? PackageOpen : CircleCheck;
  const tone = failed ? "text-danger" : running ? "text-link" : "text-running";
  return (
    <section
      aria-label={t("log")}
      className={`flex flex-col gap-3 rounded-xl border bg-card p-4 ${failed ? "border-danger" : "border-border"}`}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 aria-live="polite" className="wrap-anywhere flex min-w-0 items-center gap-2 font-medium">
          <Icon className={`size-4 shrink-0 ${tone}`} aria-hidden />
          {t(`${running ? "working" : work.state === "done" ? "done" : "failed"}.${kind}`, { name })}
          {running ? (
            <span className="font-normal text-muted-foreground text-sm tabular-nums">
              {work.waiting ? t("waiting") : <Since at={work.since} />}
            </span>
          ) : null}
        </h3>
        <div className="flex gap-2">
          {running && onCancel ? (
            <Button size="sm" variant="outline" onClick={onCancel}>
              {t("cancel")}
            </Button>
          ) : null}
          {kind === "check" ? null : (
            <Button size="sm" variant="outline" aria-expanded={open} onClick={() => setAsked(!open)}>
              {t(open ? "hideLog" : "showLog")}
            </Button>
          )}
        </div>
      </div>
      {failed && isErrorCode(work.code) ? (
        <p className="wrap-anywhere text-muted-foreground text-sm">{fill(sentences[work.code], work.values)}</p>
      ) : null}
      {open && kind !== "check" ? <WorkLog botId={botId} id={work.id} running={running} /> : null}
    </section>
  );
}

function WorkLog({ botId, id, running }: { botId: string; id: string; running: boolean }) {
  const t = useTranslations("dependencies");
  const lines = useWorkLog(botId, { id, running });
  return lines.length > 0 ? (
    <LastLines lines={lines} />
  ) : (
    <p className="text-muted-foreground text-sm">{t("logEmpty")}</p>
  );
}
