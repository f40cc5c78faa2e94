"use client";

import { useLocale, useTranslations } from "next-intl";
import { bytes } from "#client/format";
import { useFailureText } from "#client/words";
import { Button } from "../../ui/button";
import { Progress } from "../../ui/progress";
import type { Hunt } from "./use-hunt";

/** How far a search is, what it has found, and what can be done with it. */
export function HuntBar({ hunt, run }: { hunt: Hunt; run: number | null }) {
  const t = useTranslations("logs.hunt");
  const say = useFailureText();
  const locale = useLocale();
  const { state, scanned, total } = hunt;
  // Of one run nobody knows how much there is before it ends.
  const whole = run === null ? total : null;
  const looked =
    whole === null
      ? t("scanned", { scanned: bytes(scanned, locale) })
      : t("scannedOf", { scanned: bytes(scanned, locale), total: bytes(whole, locale) });
  const found = t("count", { count: hunt.found });
  const hunting = state === "hunting";
  return (
    <div className="flex flex-col gap-1.5 border-border border-b px-3 py-2 text-xs">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 text-muted-foreground tabular-nums">
          <span className="font-medium text-foreground">{found}</span>
          {" · "}
          {looked}
          {hunt.hits.length < hunt.found ? ` · ${t("held", { count: hunt.hits.length })}` : null}
          {state === "enough" ? ` · ${t("enough")}` : null}
          {state === "cancelled" ? ` · ${t("cancelled")}` : null}
        </p>
        {hunting ? (
          <Button size="xs" variant="outline" onClick={hunt.cancel}>
            {t("cancel")}
          </Button>
        ) : state === "done" ? null : (
          <Button size="xs" variant="outline" onClick={hunt.goOn}>
            {t(state === "broken" ? "again" : "goOn")}
          </Button>
        )}
      </div>
      {hunting ? (
        <Progress
          aria-label={t("progress")}
          className="h-1"
          value={whole ? Math.min(100, Math.round((scanned / whole) * 100)) : null}
        />
      ) : null}
      {state === "broken" && hunt.failure !== null ? (
        <p role="alert" className="text-danger">
          {t("broken", { why: say(hunt.failure) })}
        </p>
      ) : null}
      {/* Each half second's progress is no news for a screen reader; that it ended is. */}
      <p role="status" className="sr-only">
        {hunting ? t("searching") : `${found}. ${looked}`}
      </p>
    </div>
  );
}
