"use client";

import { SearchX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";

/** There is no such bot, or the viewer may not see it: the same words for both, so that nothing is given away. */
export function BotNotFound() {
  const t = useTranslations("bot.notFound");
  return (
    <EmptyState icon={<SearchX aria-hidden />} title={t("title")} description={t("body")}>
      <Button asChild>
        <Link href="/">{t("home")}</Link>
      </Button>
    </EmptyState>
  );
}
