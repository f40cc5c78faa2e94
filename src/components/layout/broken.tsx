"use client";

import { Bug } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition } from "react";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

/** What a page shows that failed in a way nobody expected. */
export function Broken({ again }: { again: () => void }) {
  const t = useTranslations("errors");
  const tCommon = useTranslations("common");
  const router = useRouter();
  // The server's part of the page is asked for again, too: most such failures are there.
  const retry = () =>
    startTransition(() => {
      router.refresh();
      again();
    });
  return (
    <EmptyState
      level={1}
      icon={<Bug aria-hidden />}
      title={t("pageTitle")}
      description={t("pageDescription")}
      role="alert"
    >
      <div className="flex flex-wrap justify-center gap-2">
        <Button onClick={retry}>{tCommon("tryAgain")}</Button>
        <Button asChild variant="outline">
          <Link href="/">{t("toFleet")}</Link>
        </Button>
      </div>
    </EmptyState>
  );
}
