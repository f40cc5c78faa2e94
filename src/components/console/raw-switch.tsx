"use client";

import { Braces } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

/** Shows lines as they were printed instead of reading JSON and folding traces. */
export function RawSwitch({ raw, onRaw }: { raw: boolean; onRaw: (raw: boolean) => void }) {
  const t = useTranslations("console");
  return (
    <Button
      size="xs"
      variant={raw ? "secondary" : "ghost"}
      aria-pressed={raw}
      title={t("rawHint")}
      onClick={() => onRaw(!raw)}
    >
      <Braces aria-hidden />
      {t("raw")}
    </Button>
  );
}
