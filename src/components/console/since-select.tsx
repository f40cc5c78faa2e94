"use client";

import { useTranslations } from "next-intl";
import { type Recently, recently } from "#client/moment";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";

const choices = ["5m", "1h", "today"] as const satisfies readonly Recently[];
const ALL = "all";

/** How far back the console shows lines. Null: all of them. */
export function SinceSelect({ since, onSince }: { since: Recently | null; onSince: (since: Recently | null) => void }) {
  const t = useTranslations("console.since");
  return (
    <Select value={since ?? ALL} onValueChange={(value) => onSince(recently.nullable().catch(null).parse(value))}>
      <SelectTrigger aria-label={t("label")} className="h-7 w-36 rounded-md px-2 text-xs sm:text-xs">
        <SelectValue />
      </SelectTrigger>
      <SelectContent>
        <SelectItem value={ALL}>{t("all")}</SelectItem>
        {choices.map((choice) => (
          <SelectItem key={choice} value={choice}>
            {t(choice)}
          </SelectItem>
        ))}
      </SelectContent>
    </Select>
  );
}
