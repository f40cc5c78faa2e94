"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import { password as rule } from "#contracts/api/panel";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { CodeInput } from "../ui/input";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { PasswordInput } from "./password-input";
import { useLinkCode } from "./use-link-code";

/** Sets a new password with the code of a link that botyard user reset printed. */
export function ResetForm() {
  const t = useTranslations("reset");
  const say = useFailureText();
  const { code, setCode, asksCode, askCode } = useLinkCode();
  const [password, setPassword] = useState("");
  const [short, setShort] = useState(false);
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    const isShort = !rule.safeParse(password).success;
    setShort(isShort);
    setRefused(null);
    if (isShort) return;
    setPending(true);
    try {
      setDone((await client.signIn.reset({ code: code.trim(), password })).email);
    } catch (error) {
      setRefused(say(error));
      askCode();
    }
    setPending(false);
  }
  if (done !== null)
    return (
      <AuthCard title={t("title")} description={t("done", { email: done })}>
        <Button asChild size="lg">
          <Link href="/sign-in">{t("toSignIn")}</Link>
        </Button>
      </AuthCard>
    );
  return (
    <AuthCard title={t("title")} description={t("description")}>
      <form method="post" noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <FormError>{refused}</FormError>
        {asksCode ? (
          <Field label={t("code")} help={t("codeHelp")}>
            {(control) => <CodeInput {...control} value={code} onChange={(event) => setCode(event.target.value)} />}
          </Field>
        ) : null}
        <Field label={t("password")} help={t("passwordHelp")} error={short ? t("passwordShort") : null}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
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
