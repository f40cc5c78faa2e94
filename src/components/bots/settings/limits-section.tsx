"use client";

import { useTranslations } from "next-intl";
import { NumberField } from "./number-field";
import { Section } from "./section";
import type { SectionProps } from "./settings-panel";

/** What the bot may use of its server. */
export function LimitsSection(props: SectionProps) {
  const t = useTranslations("settings.limits");
  return (
    <Section title={t("title")}>
      <p className="text-muted-foreground text-sm">{t("intro")}</p>
      <div className="grid gap-5 sm:grid-cols-2">
        <NumberField {...props} name="memory" label={t("memory")} unit={t("mb")} help={t("memoryHint")} />
        <NumberField {...props} name="cpu" label={t("cpu")} unit={t("percent")} help={t("cpuHint")} />
        <NumberField {...props} name="processes" label={t("processes")} help={t("processesHint")} />
        <NumberField {...props} name="openFiles" label={t("openFiles")} help={t("openFilesHint")} />
        <NumberField {...props} name="disk" label={t("disk")} unit={t("mb")} help={t("diskHint")} />
      </div>
    </Section>
  );
}

/** How much of its log is kept. */
export function LogSection(props: SectionProps) {
  const t = useTranslations("settings.logs");
  const units = useTranslations("settings.limits");
  return (
    <Section title={t("title")}>
      <div className="grid gap-5 sm:grid-cols-2">
        <NumberField {...props} name="keepMb" label={t("keepMb")} unit={units("mb")} help={t("keepMbHint")} />
        <NumberField {...props} name="keepDays" label={t("keepDays")} unit={t("days")} help={t("keepDaysHint")} />
      </div>
    </Section>
  );
}
