"use client";

import { BotOff } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";

/** The bot went while its page was open. */
export function BotRemoved({ name }: { name: string }) {
  const t = useTranslations("bot.removed");
  return (
    <EmptyState icon={<BotOff aria-hidden />} title={t("title", { name })} description={t("body")}>
      <Button asChild>
        <Link href="/">{t("home")}</Link>
      </Button>
    </EmptyState>
  );
}
