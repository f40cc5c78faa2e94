"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useFailureText } from "#client/words";
import type { RuntimeName } from "#contracts/bot";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { CodeInput } from "../../ui/input";

/** Installs one package by its name. */
export function InstallForm({
  runtime,
  busy,
  onInstall,
}: {
  runtime: RuntimeName;
  /** Something is under way. */
  busy: boolean;
  onInstall: (name: string, range: string) => Promise<unknown>;
}) {
  const t = useTranslations("dependencies");
  const say = useFailureText();
  const [name, setName] = useState("");
  const [range, setRange] = useState("");
  const [wrong, setWrong] = useState<string>();

  async function install(event: FormEvent) {
    event.preventDefault();
    try {
      await onInstall(name.trim(), range.trim());
      // The next one may be typed already.
      setName((typed) => (typed === name ? "" : typed));
      setRange((typed) => (typed === range ? "" : typed));
      setWrong(undefined);
    } catch (error) {
      setWrong(say(error));
    }
  }
  return (
    <form
      method="post"
      aria-label={t("add")}
      className="grid items-start gap-3 rounded-xl border border-border bg-card p-4 sm:grid-cols-[2fr_1fr_auto]"
      onSubmit={install}
    >
      <Field label={t("name")} help={t(`nameHint.${runtime}`)} error={wrong} required>
        {(control) => (
          <CodeInput
            {...control}
            autoCapitalize="none"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t("range")} help={t("rangeHint")}>
        {(control) => (
          <CodeInput
            {...control}
            autoCapitalize="none"
            value={range}
            onChange={(event) => setRange(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="sm:mt-5.5" disabled={busy || name.trim() === ""}>
        {t("install")}
      </Button>
    </form>
  );
}
