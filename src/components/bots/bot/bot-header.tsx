"use client";

import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { BotView } from "#contracts/api/bots";
import type { BotLive } from "#contracts/bot";
import { PowerButtons } from "../../live/power-buttons";
import { StateBadge } from "../../live/state-badge";
import { WhyLine } from "../../live/why-line";

/** Name, state, why it is in it, and what can be done about it. */
export function BotHeader({ view, live }: { view: BotView; live: BotLive | null }) {
  const t = useTranslations("bot");
  const status = live?.status ?? null;
  return (
    <header className="flex flex-col gap-2">
      <Link
        href="/"
        className="inline-flex w-fit items-center gap-1 rounded text-muted-foreground text-sm outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
      >
        <ChevronLeft className="size-4" aria-hidden />
        {t("back")}
      </Link>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="wrap-anywhere min-w-0 font-semibold text-2xl" dir="auto">
            {view.name}
          </h1>
          <StateBadge status={status} />
          <span className="text-muted-foreground text-sm">{t("runtime", { runtime: view.runtime })}</span>
        </div>
        <PowerButtons bot={view} status={status} permissions={view.permissions} />
      </div>
      <WhyLine bot={view} status={status} trouble={live?.trouble} />
    </header>
  );
}
