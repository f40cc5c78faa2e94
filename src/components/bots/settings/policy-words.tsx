"use client";

import { Lightbulb } from "lucide-react";
import { useTranslations } from "next-intl";
import { duration } from "#client/format";
import type { RestartPolicy } from "#contracts/bot";
import { useManner } from "../../live/time";
import { type Draft, readDraft } from "./draft";
import { previewPolicy, shorten } from "./policy";

/** What the policy in the form comes to, as sentences that follow every key stroke; nothing while an answer is wrong. */
export function PolicyWords({ draft }: { draft: Draft }) {
  const t = useTranslations("settings.policy");
  const say = usePolicyWords();
  // Only the policy's own questions matter here.
  const { settings } = readDraft({ ...draft, name: "x", entry: "x", args: "", readyLine: "" });
  return (
    <div aria-live="polite" className="flex items-start gap-2 rounded-lg bg-secondary p-3 text-sm">
      <Lightbulb className="mt-0.5 size-4 shrink-0 text-link" aria-hidden />
      <div>
        <p className="font-medium">{t("preview")}</p>
        {settings ? <p className="text-muted-foreground">{say(settings.restart)}</p> : null}
      </div>
    </div>
  );
}

function usePolicyWords(): (policy: RestartPolicy) => string {
  const t = useTranslations("settings.policy");
  const { locale } = useManner();
  const time = (ms: number) => duration(ms, locale);
  const list = (pauses: readonly number[]) => {
    const { shown, skipped, last } = shorten(pauses);
    const said = shown.map(time).join(", ");
    return skipped && last !== undefined ? `${said} … ${time(last)}` : said;
  };
  const failing = (policy: RestartPolicy): string => {
    const preview = previewPolicy(policy);
    if (preview.kind === "stays-down") return t("previewNever");
    const { pauses } = preview;
    const bounds = { count: policy.crashLimit, window: time(policy.crashWindowMs) };
    if (preview.kind === "goes-on") {
      return t("previewGoesOn", { ...bounds, pauses: list(pauses), longest: time(policy.backoffMaxMs) });
    }
    return pauses.length === 0 ? t("previewParksFirst") : t("previewParks", { ...bounds, pauses: list(pauses) });
  };
  return (policy) => {
    const done =
      policy.mode === "on-failure" && policy.doneCodes.length > 0
        ? ` ${t("previewDone", { count: policy.doneCodes.length, codes: policy.doneCodes.join(", ") })}`
        : "";
    return failing(policy) + done;
  };
}
