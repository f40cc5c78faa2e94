"use client";

import { Clock } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { clock, day } from "#client/format";
import { recently } from "#client/moment";
import { useManner } from "../../live/time";
import { Button } from "../../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../../ui/dropdown-menu";
import type { LogAddress } from "./address";
import { RangeDialog } from "./range-dialog";

const choices = ["15m", "1h", "24h", "7d", "today"] as const;
const ANY = "any";
const EXACT = "exact";

/** Which stretch of time: one that ends now, or from one moment to another. */
export function RangeMenu({
  address,
  onChange,
}: {
  address: LogAddress;
  onChange: (change: Partial<LogAddress>) => void;
}) {
  const t = useTranslations("logs.range");
  const [asking, setAsking] = useState(false);
  const manner = useManner();
  const { since, until } = address;
  const exact = typeof since === "number" || until !== null;
  const value = exact ? EXACT : (since ?? ANY);
  const say = (at: number) => `${day(at, manner)} ${clock(at, manner)}`;

  function label(): string {
    if (typeof since === "string" && until === null) return t(`near.${since}`);
    const from = typeof since === "number" ? say(since) : typeof since === "string" ? t(`near.${since}`) : null;
    if (from === null && until === null) return t("any");
    if (until === null) return t("from", { from: from ?? "" });
    return from === null ? t("until", { until: say(until) }) : t("between", { from, until: say(until) });
  }
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="xs" variant={value === ANY ? "outline" : "secondary"} aria-label={`${t("label")}: ${label()}`}>
            <Clock aria-hidden />
            {label()}
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start">
          <DropdownMenuRadioGroup
            value={value}
            onValueChange={(chosen) =>
              onChange({ since: recently.nullable().catch(null).parse(chosen), until: null, at: null })
            }
          >
            <DropdownMenuRadioItem value={ANY}>{t("any")}</DropdownMenuRadioItem>
            {choices.map((choice) => (
              <DropdownMenuRadioItem key={choice} value={choice}>
                {t(`near.${choice}`)}
              </DropdownMenuRadioItem>
            ))}
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem className="pl-8" onSelect={() => setAsking(true)}>
            {t("exact")}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {asking ? (
        <RangeDialog
          since={typeof since === "number" ? since : null}
          until={until}
          onClose={() => setAsking(false)}
          onRange={(range) => onChange({ ...range, at: null })}
        />
      ) : null}
    </>
  );
}
