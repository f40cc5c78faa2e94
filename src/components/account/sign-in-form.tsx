"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { safePath, signIn } from "#client/session";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { PasswordInput } from "./password-input";

/** Signs in and goes on to `next`. */
export function SignInForm({ next }: { next: string | null }) {
  const t = useTranslations("auth");
  const say = useFailureText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setPending(true);
    setRefused(null);
    try {
      await signIn(email, password);
      // A whole load, so that nothing of the page before is kept.
      window.location.assign(safePath(next));
    } catch (error) {
      setRefused(say(error));
      setPending(false);
    }
  };

  return (
    <AuthCard title={t("title")} description={t("description")}>
      {/* post: a click before the page is alive must not put the password into the address. */}
      <form method="post" className="flex flex-col gap-5" onSubmit={submit}>
        <FormError>{refused}</FormError>
        <Field label={t("email")}>
          {(control) => (
            <Input
              {...control}
              name="email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("password")}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="current-password"
              required
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
