"use client";

import { HardDrive } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import { bytes } from "#client/format";
import { useManner } from "../live/time";
import { Button } from "../ui/button";
import { useFiles } from "./context";
import { useUsage } from "./usage";

/** Says when what a bot may use is nearly or wholly used, and what to do about it. */
export function QuotaWarning() {
  const t = useTranslations("files.quota");
  const { locale } = useManner();
  const { botId, ask, allows } = useFiles();
  const usage = useUsage(botId);
  if (!usage || usage.level === "fine") return null;
  const { data, level, by } = usage;
  const full = level === "full";
  const values =
    by === "bytes"
      ? { used: bytes(data.bytes, locale), limit: bytes(data.maxBytes, locale) }
      : { used: t("files", { count: data.files }), limit: t("files", { count: data.maxFiles }) };
  return (
    <div
      className={cn(
        "flex flex-wrap items-center gap-x-3 gap-y-1 border-border border-b px-3 py-1.5 text-xs",
        full ? "bg-danger-soft text-danger" : "bg-waiting-soft text-waiting",
      )}
    >
      <HardDrive aria-hidden className="size-4 shrink-0" />
      <p role="status" className="min-w-48 flex-1">
        <span className="font-medium">{t(level, values)}</span> {t(full ? "fullBody" : "nearlyBody")}
      </p>
      <span className="flex gap-1 text-foreground">
        {allows("file:delete") ? (
          <Button size="xs" variant="outline" onClick={() => ask({ what: "trash" })}>
            {t("trash")}
          </Button>
        ) : null}
        {by === "bytes" && allows("settings:update") ? (
          <Button size="xs" variant="outline" asChild>
            <Link href={`/bots/${botId}/settings`}>{t("raise")}</Link>
          </Button>
        ) : null}
      </span>
    </div>
  );
}
