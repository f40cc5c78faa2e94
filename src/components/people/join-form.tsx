"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { client } from "#client/api";
import { goToDiscord, signIn } from "#client/session";
import { useFailureText } from "#client/words";
import { email as emailRule, password as passwordRule, personName } from "#contracts/api/panel";
import { FormError } from "../account/form-error";
import { PasswordInput } from "../account/password-input";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";

/** Makes an account by an invite and signs in with it; `byDiscord` without a password, with who Discord said they are. */
export function JoinForm({
  code,
  byDiscord,
  onJoined,
}: {
  code: string;
  byDiscord: boolean;
  onJoined: (botId: string | null) => void;
}) {
  const t = useTranslations("setup");
  const tAuth = useTranslations("auth");
  const tInvite = useTranslations("invite");
  const say = useFailureText();
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const [wrong, setWrong] = useState<{ name?: string; email?: string; password?: string }>({});
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const set = (part: Partial<typeof form>) => setForm((held) => ({ ...held, ...part }));
  async function submit(event: FormEvent) {
    event.preventDefault();
    const found = {
      name: personName.safeParse(form.name).success ? undefined : t("nameMissing"),
      email: emailRule.safeParse(form.email).success ? undefined : t("emailWrong"),
      password: byDiscord || passwordRule.safeParse(form.password).success ? undefined : t("passwordShort"),
    };
    setWrong(found);
    setRefused(null);
    if (found.name || found.email || found.password) return;
    setPending(true);
    try {
      const { name, email, password } = form;
      const { botId } = await client.invites.join({ code, name, email, ...(!byDiscord && { password }) });
      if (byDiscord) return await goToDiscord();
      await signIn(email, password);
      onJoined(botId);
    } catch (error) {
      setRefused(say(error));
      setPending(false);
    }
  }
  return (
    <form
      method="post"
      noValidate
      aria-label={tInvite("make")}
      className="flex flex-col gap-5"
      onSubmit={(event) => void submit(event)}
    >
      <FormError>{refused}</FormError>
      <Field label={t("name")} error={wrong.name}>
        {(control) => (
          <Input
            {...control}
            autoComplete="name"
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={tAuth("email")} error={wrong.email}>
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="username"
            value={form.email}
            onChange={(event) => set({ email: event.target.value })}
          />
        )}
      </Field>
      {byDiscord ? (
        <p className="text-muted-foreground text-sm">{tInvite("byDiscord")}</p>
      ) : (
        <Field label={tAuth("password")} help={t("passwordHelp")} error={wrong.password}>
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="new-password"
              value={form.password}
              onChange={(event) => set({ password: event.target.value })}
            />
          )}
        </Field>
      )}
      <Button type="submit" size="lg" pending={pending}>
        {tInvite("join")}
      </Button>
    </form>
  );
}
