"use client";

import { useTranslations } from "next-intl";
import { stopPolicy } from "#contracts/bot";
import { Field } from "../../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../../ui/select";
import { NumberField } from "./number-field";
import { Section } from "./section";
import type { SectionProps } from "./settings-panel";

const { signal } = stopPolicy.shape;

/** How a bot is asked to end. */
export function StopSection(props: SectionProps) {
  const t = useTranslations("settings.stop");
  const units = useTranslations("settings");
  const { draft, readOnly, change } = props;
  return (
    <Section title={t("title")}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("signal")} help={t("signalHint")}>
          {(control) => (
            <Select
              value={draft.signal}
              disabled={readOnly}
              onValueChange={(next) => change({ signal: signal.parse(next) })}
            >
              <SelectTrigger {...control} className="font-mono">
                <SelectValue />
              </SelectTrigger>
              <SelectContent>
                {signal.unwrap().options.map((name) => (
                  <SelectItem key={name} value={name} className="font-mono">
                    {name}
                  </SelectItem>
                ))}
              </SelectContent>
            </Select>
          )}
        </Field>
        <NumberField {...props} name="grace" label={t("grace")} unit={units("seconds")} help={t("graceHint")} />
      </div>
    </Section>
  );
}
