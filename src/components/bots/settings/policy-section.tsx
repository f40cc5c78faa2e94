"use client";

import { useTranslations } from "next-intl";
import { RadioGroup } from "radix-ui";
import { useId } from "react";
import { restartPolicy } from "#contracts/bot";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { NumberField } from "./number-field";
import { PolicyWords } from "./policy-words";
import { Section } from "./section";
import type { SectionProps } from "./settings-panel";

const modes = { "on-failure": "onFailure", always: "always", never: "never" } as const;
const order = ["on-failure", "always", "never"] as const;

/** When a bot that ended is started again, in plain words, with what it comes to. */
export function PolicySection(props: SectionProps) {
  const t = useTranslations("settings.policy");
  const units = useTranslations("settings");
  const { draft, wrong, readOnly, change } = props;
  const id = useId();
  return (
    <Section title={t("title")}>
      <div className="flex flex-col gap-2">
        <span id={id} className="font-medium text-sm">
          {t("mode")}
        </span>
        <RadioGroup.Root
          aria-labelledby={id}
          value={draft.mode}
          disabled={readOnly}
          onValueChange={(mode) => change({ mode: restartPolicy.shape.mode.parse(mode) })}
          className="grid gap-2 sm:grid-cols-3"
        >
          {order.map((mode) => (
            <RadioGroup.Item
              key={mode}
              value={mode}
              className="flex cursor-pointer flex-col gap-1 rounded-lg border border-border-strong p-3 text-left outline-none focus-visible:ring-2 focus-visible:ring-ring disabled:cursor-not-allowed data-[state=checked]:border-accent-line data-[state=checked]:bg-accent-soft"
            >
              <span className="font-medium text-sm">{t(modes[mode])}</span>
              <span className="text-muted-foreground text-xs">{t(`${modes[mode]}Hint`)}</span>
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
      </div>
      {draft.mode === "on-failure" ? (
        <Field label={t("doneCodes")} help={t("doneCodesHint")} error={wrong.doneCodes}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              disabled={readOnly}
              className="max-w-xs tabular-nums"
              value={draft.doneCodes}
              onChange={(event) => change({ doneCodes: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {draft.mode === "never" ? null : (
        <div className="grid gap-5 sm:grid-cols-2">
          <NumberField {...props} name="backoff" label={t("backoff")} unit={units("seconds")} />
          <NumberField {...props} name="backoffMax" label={t("backoffMax")} unit={units("seconds")} />
          <NumberField {...props} name="crashLimit" label={t("crashLimit")} unit={t("crashLimitUnit")} />
          <NumberField {...props} name="crashWindow" label={t("crashWindow")} unit={units("minutes")} />
          <NumberField {...props} name="forget" label={t("forget")} unit={units("minutes")} />
        </div>
      )}
      <PolicyWords draft={draft} />
    </Section>
  );
}
