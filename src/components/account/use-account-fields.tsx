"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { email as emailRule, personName } from "#contracts/api/panel";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { canBePassword, NewPassword } from "./new-password";

const empty = { name: "", email: "", password: "" };

/** The fields of a new account, what is in them, and what says beside each of them whether it is right. */
export function useAccountFields(asksPassword = true) {
  const t = useTranslations("setup");
  const tAuth = useTranslations("auth");
  const [form, setForm] = useState(empty);
  const [wrong, setWrong] = useState({ name: false, email: false, password: false });
  const set = (part: Partial<typeof form>) => setForm((held) => ({ ...held, ...part }));
  /** Whether all of it is right. */
  function check(): boolean {
    const found = {
      name: !personName.safeParse(form.name).success,
      email: !emailRule.safeParse(form.email).success,
      password: asksPassword && !canBePassword(form.password),
    };
    setWrong(found);
    return !Object.values(found).includes(true);
  }
  const fields = (
    <>
      <Field label={t("name")} error={wrong.name ? t("nameMissing") : null} required>
        {(control) => (
          <Input
            {...control}
            name="name"
            autoComplete="name"
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={tAuth("email")} help={t("emailHelp")} error={wrong.email ? t("emailWrong") : null} required>
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            value={form.email}
            onChange={(event) => set({ email: event.target.value })}
          />
        )}
      </Field>
      {asksPassword ? (
        <NewPassword
          label={tAuth("password")}
          refused={wrong.password}
          value={form.password}
          onValue={(password) => set({ password })}
        />
      ) : null}
    </>
  );
  return { form, check, fields };
}
