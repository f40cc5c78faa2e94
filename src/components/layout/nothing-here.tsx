import { Compass } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

/** What an address shows that leads nowhere. */
export function NothingHere() {
  const t = useTranslations("errors");
  return (
    <EmptyState
      level={1}
      icon={<Compass aria-hidden />}
      title={t("notFoundTitle")}
      description={t("notFoundDescription")}
    >
      <Button asChild>
        <Link href="/">{t("toFleet")}</Link>
      </Button>
    </EmptyState>
  );
}
