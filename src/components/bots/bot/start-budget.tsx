"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { BotLive } from "#contracts/bot";
import { Fact } from "./fact";

/** How often this bot's token was started in 24 hours, and a warning before Discord would reset it. */
export function StartBudget({ budget }: { budget: NonNullable<BotLive["budget"]> }) {
  const t = useTranslations("bot.facts");
  return (
    <Fact name={t("starts")} hint={t("startsWarn", { limit: budget.limit })}>
      <span className={budget.warn ? "flex items-center gap-1.5 text-waiting" : undefined}>
        {budget.warn ? <TriangleAlert className="size-3.5 shrink-0" aria-hidden /> : null}
        {t("startsValue", { used: budget.used, limit: budget.limit })}
      </span>
    </Fact>
  );
}
