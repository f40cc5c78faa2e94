"use client";

import { useLocale, useTranslations } from "next-intl";
import { bytes } from "#client/format";
import { useFailureText } from "#client/words";
import { SearchStatus } from "../../ui/search-status";
import type { Hunt } from "./use-hunt";

/** How far a search of the log is. */
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
  return (
    <SearchStatus
      words="logs.hunt"
      state={state}
      found={t("count", { count: hunt.found })}
      looked={looked}
      more={hunt.hits.length < hunt.found ? ` · ${t("held", { count: hunt.hits.length })}` : null}
      share={whole ? Math.min(100, Math.round((scanned / whole) * 100)) : null}
      why={hunt.failure === null ? null : t("broken", { why: say(hunt.failure) })}
      onCancel={hunt.cancel}
      onGoOn={hunt.goOn}
    />
  );
}
