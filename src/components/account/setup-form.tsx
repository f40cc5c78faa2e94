"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { client } from "#client/api";
import { signIn } from "#client/session";
import { useFailureText } from "#client/words";
import { email as emailRule, password as passwordRule, personName } from "#contracts/api/panel";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { CodeInput, Input } from "../ui/input";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { PasswordInput } from "./password-input";
import { useLinkCode } from "./use-link-code";

/** Makes the first account and signs in with it. */
export function SetupForm() {
  const t = useTranslations("setup");
  const tAuth = useTranslations("auth");
  const say = useFailureText();
  const { code, setCode, asksCode, askCode } = useLinkCode();
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const [wrong, setWrong] = useState<{ name?: string; email?: string; password?: string }>({});
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = {
      name: personName.safeParse(form.name).success ? undefined : t("nameMissing"),
      email: emailRule.safeParse(form.email).success ? undefined : t("emailWrong"),
      password: passwordRule.safeParse(form.password).success ? undefined : t("passwordShort"),
    };
    setWrong(found);
    setRefused(null);
    if (found.name || found.email || found.password) return;
    setPending(true);
    try {
      await client.setup.create({ ...form, ...(code ? { code: code.trim() } : {}) });
      await signIn(form.email, form.password);
      window.location.assign("/");
    } catch (error) {
      setRefused(say(error));
      askCode();
      setPending(false);
    }
  };
  const set = (part: Partial<typeof form>) => setForm((held) => ({ ...held, ...part }));

  return (
    <AuthCard title={t("title")} description={t("description")}>
      <form method="post" noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <FormError>{refused}</FormError>
        {asksCode ? (
          <Field label={t("code")} help={t("codeHelp")}>
            {(control) => <CodeInput {...control} value={code} onChange={(event) => setCode(event.target.value)} />}
          </Field>
        ) : null}
        <Field label={t("name")} error={wrong.name}>
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
        <Field label={tAuth("email")} help={t("emailHelp")} error={wrong.email}>
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
        <Field label={tAuth("password")} help={t("passwordHelp")} error={wrong.password}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="new-password"
              value={form.password}
              onChange={(event) => set({ password: event.target.value })}
            />
          )}
        </Field>
        <Button type="submit" size="lg" pending={pending}>
          {t("submit")}
        </Button>
      </form>
    </AuthCard>
  );
}
