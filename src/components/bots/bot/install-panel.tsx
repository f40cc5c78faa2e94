"use client";

import { CircleAlert, PackageOpen } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { usePowerCommand } from "../../live/power-buttons";
import { Since } from "../../live/time";
import { Button } from "../../ui/button";
import { CancelInstall } from "./cancel-install";
import { InstallLog, LastLines } from "./install-log";
import { useThisBot } from "./this-bot";

/** Installing a bot's dependencies while it happens, why it failed, and its log for who asks (`?log=install`). */
export function InstallPanel() {
  const t = useTranslations("install");
  const { view, live, allows } = useThisBot();
  const { run, pending } = usePowerCommand(view);
  const asked = useSearchParams().get("log") === "install";
  const [open, setOpen] = useState(asked);
  // The fix button of the why line leads here while this is already on the page.
  useEffect(() => {
    if (asked) setOpen(true);
  }, [asked]);
  const install = live?.install;
  const running = install?.state === "running" ? install : null;
  const failed = install?.state === "failed" ? install : null;
  if (!running && !failed && !open) return null;
  const shown = running !== null || open;
  const title = running
    ? t("running", { tool: running.tool })
    : failed
      ? t(failed.cancelled ? "cancelled" : "failed", { tool: failed.tool })
      : t("log");
  return (
    <section
      aria-label={t("log")}
      className={`flex flex-col gap-3 rounded-xl border bg-card p-4 ${failed && !failed.cancelled ? "border-danger" : "border-border"}`}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 aria-live="polite" className="flex items-center gap-2 font-medium">
          {failed ? (
            <CircleAlert className="size-4 shrink-0 text-danger" aria-hidden />
          ) : (
            <PackageOpen className="size-4 shrink-0 text-link" aria-hidden />
          )}
          {title}
          {running ? (
            <span className="font-normal text-muted-foreground text-sm tabular-nums">
              <Since at={running.since} />
            </span>
          ) : null}
        </h2>
        <div className="flex gap-2">
          {running && allows("power:stop") ? <CancelInstall key={running.since} botId={view.id} /> : null}
          {failed && allows("power:start") && live?.status.state !== "preparing" ? (
            <Button size="sm" pending={pending === "start"} onClick={() => run("start")}>
              {t("again")}
            </Button>
          ) : null}
          {running ? null : (
            <Button size="sm" variant="outline" onClick={() => setOpen(!open)}>
              {t(open ? "hide" : "show")}
            </Button>
          )}
        </div>
      </div>
      {failed && !open && failed.lastLines.length > 0 ? (
        <>
          <p className="text-muted-foreground text-sm">{t("failedHint")}</p>
          <LastLines lines={failed.lastLines} />
        </>
      ) : null}
      {shown ? <InstallLog botId={view.id} /> : null}
    </section>
  );
}
