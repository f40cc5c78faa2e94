import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { type LogRow, linesAfterRow } from "./rows";

/** Leads back to the newest line, and says how many came since the viewer scrolled away. */
export function FreshButton({ rows, since, onClick }: { rows: readonly LogRow[]; since: string; onClick: () => void }) {
  const t = useTranslations("console");
  return (
    <Button
      size="sm"
      variant="secondary"
      title={t("toEnd")}
      className="absolute right-4 bottom-3 z-10 border border-border-strong shadow-lg"
      onClick={onClick}
    >
      {t("fresh", { count: linesAfterRow(rows, since) })}
      <ArrowDown aria-hidden />
    </Button>
  );
}
