"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Checkbox } from "../ui/checkbox";
import { Input } from "../ui/input";
import { Label } from "../ui/label";

export type NamedBot = { id: string; name: string };

/** Chooses some of many bots. */
export function BotPicker({
  bots,
  chosen,
  onChoose,
}: {
  bots: readonly NamedBot[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}) {
  const t = useTranslations("permissions");
  const id = useId();
  const [wanted, setWanted] = useState("");
  const seen = bots.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const toggle = (bot: string, taken: boolean) =>
    onChoose(taken ? [...chosen, bot] : chosen.filter((one) => one !== bot));
  return (
    <div className="flex flex-col gap-2">
      {bots.length > 8 ? (
        <Input
          type="search"
          aria-label={t("findBot")}
          placeholder={t("findBot")}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      ) : null}
      <ul aria-label={t("bots")} className="max-h-48 overflow-y-auto rounded-lg border border-border p-1">
        {seen.map(({ id: bot, name }) => (
          <li key={bot} className="flex items-center gap-2 px-2 py-1.5">
            <Checkbox
              id={`${id}-${bot}`}
              checked={chosen.includes(bot)}
              onCheckedChange={(checked) => toggle(bot, checked === true)}
            />
            <Label htmlFor={`${id}-${bot}`} className="min-w-0 flex-1 font-normal">
              <span className="truncate">{name}</span>
            </Label>
          </li>
        ))}
        {seen.length === 0 ? <li className="px-2 py-1.5 text-muted-foreground text-sm">{t("noBot")}</li> : null}
      </ul>
    </div>
  );
}
