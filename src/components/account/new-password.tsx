"use client";

import { useTranslations } from "next-intl";
import { password as rule } from "#contracts/api/panel";
import { Field } from "../ui/field";
import { PasswordInput } from "./password-input";

/** Whether a text can be a password. */
export const canBePassword = (text: string): boolean => rule.safeParse(text).success;

/** Takes a password that is to be set; `refused`: the one that was sent cannot be one. */
export function NewPassword({
  label,
  refused,
  value,
  onValue,
}: {
  label: string;
  refused: boolean;
  value: string;
  onValue: (value: string) => void;
}) {
  const t = useTranslations("auth");
  return (
    <Field label={label} help={t("passwordHelp")} error={refused ? t("passwordShort") : null} required>
      {(control) => (
        <PasswordInput
          {...control}
          name="password"
          autoComplete="new-password"
          maxLength={200}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
