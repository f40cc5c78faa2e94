"use client";

import { useTranslations } from "next-intl";
import { Field } from "../../ui/field";
import { CodeInput } from "../../ui/input";
import { NumberField } from "./number-field";
import { Section } from "./section";
import type { SectionProps } from "./settings-panel";

/** How a bot earns "running". */
export function ReadySection(props: SectionProps) {
  const t = useTranslations("settings.ready");
  const units = useTranslations("settings");
  const { draft, wrong, readOnly, change } = props;
  return (
    <Section title={t("title")}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("line")} help={t("lineHint")} error={wrong.readyLine}>
          {(control) => (
            <CodeInput
              {...control}
              disabled={readOnly}
              value={draft.readyLine}
              onChange={(event) => change({ readyLine: event.target.value })}
            />
          )}
        </Field>
        <NumberField
          {...props}
          name="readyTimeout"
          label={t("timeout")}
          unit={units("seconds")}
          help={t("timeoutHint")}
        />
      </div>
    </Section>
  );
}
