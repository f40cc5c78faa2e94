"use client";

import { useTranslations } from "next-intl";
import { Field } from "../ui/field";
import { useHasPassword } from "./has-password";
import { PasswordInput } from "./password-input";

/** Asks for the current password of who has one; says what is asked of who has none. */
export function ConfirmPassword({
  value,
  onValue,
  label,
}: {
  value: string;
  onValue: (value: string) => void;
  label?: string;
}) {
  const t = useTranslations("account.confirm");
  if (!useHasPassword()) return <p className="text-muted-foreground text-sm">{t("fresh")}</p>;
  return (
    <Field label={label ?? t("password")} required>
      {(control) => (
        <PasswordInput
          {...control}
          autoComplete="current-password"
          maxLength={200}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
