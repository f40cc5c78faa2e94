"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import type { BotSource } from "#contracts/bot";
import { Field } from "../../ui/field";
import { CodeInput, Input } from "../../ui/input";
import { Label } from "../../ui/label";
import { Switch } from "../../ui/switch";
import { Textarea } from "../../ui/textarea";
import { RuntimeSelect } from "../runtime-select";
import { NumberField } from "./number-field";
import { Section } from "./section";
import type { SectionProps } from "./settings-panel";

/** Name, what is run, and with what. */
export function GeneralSection({ source, ...props }: SectionProps & { source: BotSource }) {
  const t = useTranslations("settings.general");
  const id = useId();
  const { draft, wrong, readOnly, change } = props;
  return (
    <Section title={t("title")}>
      <Field label={t("name")} error={wrong.name}>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            disabled={readOnly}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("runtime")} error={wrong.runtime}>
          {(control) => (
            <RuntimeSelect
              control={control}
              value={draft.runtime}
              disabled={readOnly}
              onValue={(runtime) => change({ runtime })}
            />
          )}
        </Field>
        <Field label={t("entry")} help={t("entryHint")} error={wrong.entry}>
          {(control) => (
            <CodeInput
              {...control}
              disabled={readOnly}
              value={draft.entry}
              onChange={(event) => change({ entry: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field label={t("args")} help={t("argsHint")} error={wrong.args}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            autoComplete="off"
            spellCheck={false}
            disabled={readOnly}
            className="font-mono"
            value={draft.args}
            onChange={(event) => change({ args: event.target.value })}
          />
        )}
      </Field>
      <div className="flex items-start gap-3">
        <Switch
          id={id}
          checked={draft.install}
          disabled={readOnly}
          aria-describedby={`${id}-hint`}
          onCheckedChange={(install) => change({ install })}
        />
        <div className="flex flex-col gap-1">
          <Label htmlFor={id}>{t("install")}</Label>
          <p id={`${id}-hint`} className="text-muted-foreground text-xs">
            {t("installHint")}
          </p>
        </div>
      </div>
      <NumberField {...props} name="shards" label={t("shards")} help={t("shardsHint")} />
      <p className="wrap-anywhere text-muted-foreground text-sm">
        {t("source")} <SourceWords source={source} />
      </p>
    </Section>
  );
}

/** Where a bot's files came from, in words. */
function SourceWords({ source }: { source: BotSource }) {
  const t = useTranslations("settings.general.sources");
  switch (source.kind) {
    case "template":
      return t("template", { template: source.template });
    case "upload":
      return t("upload", { names: source.names.join(", ") });
    case "git":
      return t("git", { url: source.branch ? `${source.url} (${source.branch})` : source.url });
    case "folder":
      return t("folder", { path: source.path });
  }
}
