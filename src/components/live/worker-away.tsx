"use client";

import { CloudOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";

/** Stands where live facts would be while the worker is away: bots run on, we just cannot see them. */
export function WorkerAway({ className }: { className?: string }) {
  const t = useTranslations("live");
  return (
    <div className={cn("flex items-start gap-3 rounded-xl border border-border border-dashed p-4 text-sm", className)}>
      <CloudOff className="mt-0.5 size-4 shrink-0 text-waiting" aria-hidden />
      <div>
        <p className="font-medium">{t("worker")}</p>
        <p className="text-muted-foreground">{t("unknownState")}</p>
      </div>
    </div>
  );
}
