"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { Label } from "../../ui/label";
import { Switch } from "../../ui/switch";

/** Whether the bot is started as soon as it is made, and why not when it cannot be. */
export function StartSwitch({
  checked,
  possible,
  onChecked,
}: {
  checked: boolean;
  possible: boolean;
  onChecked: (start: boolean) => void;
}) {
  const t = useTranslations("newBot.found");
  const id = useId();
  return (
    <div className="flex items-center gap-3">
      <Switch
        id={id}
        checked={checked}
        disabled={!possible}
        aria-describedby={possible ? undefined : `${id}-why`}
        onCheckedChange={onChecked}
      />
      <div className="flex flex-col gap-1">
        <Label htmlFor={id}>{t("start")}</Label>
        {possible ? null : (
          <p id={`${id}-why`} className="text-muted-foreground text-xs">
            {t("startNeedsToken")}
          </p>
        )}
      </div>
    </div>
  );
}
