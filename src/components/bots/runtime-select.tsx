"use client";

import { useTranslations } from "next-intl";
import { type RuntimeName, runtimeName } from "#contracts/bot";
import type { FieldControl } from "../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";

/** What runs the entry file. Null: not chosen yet. */
export function RuntimeSelect({
  control,
  value,
  disabled,
  onValue,
}: {
  control: FieldControl;
  value: RuntimeName | null;
  disabled?: boolean;
  onValue: (runtime: RuntimeName) => void;
}) {
  const t = useTranslations("newBot.found.runtimes");
  return (
    <Select value={value ?? ""} disabled={disabled} onValueChange={(next) => onValue(runtimeName.parse(next))}>
      <SelectTrigger {...control}>
        <SelectValue />
      </SelectTrigger>
      <SelectContent>
        {runtimeName.options.map((each) => (
          <SelectItem key={each} value={each}>
            {t(each)}
          </SelectItem>
        ))}
      </SelectContent>
    </Select>
  );
}
