"use client";

import { useTranslations } from "next-intl";
import { client } from "#client/api";
import { goToDiscord, signIn } from "#client/session";
import { FormError } from "../account/form-error";
import { useAccountFields } from "../account/use-account-fields";
import { LEAVING, useSubmit } from "../account/use-submit";
import { Button } from "../ui/button";

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
  const t = useTranslations("invite");
  const { form, check, fields } = useAccountFields(!byDiscord);
  const { pending, refused, submit } = useSubmit(async () => {
    if (!check()) return;
    const { name, email, password } = form;
    const { botId } = await client.invites.join({ code, name, email, ...(!byDiscord && { password }) });
    if (byDiscord) await goToDiscord();
    else await signIn(email, password).then(() => onJoined(botId));
    return LEAVING;
  });
  return (
    <form method="post" noValidate aria-label={t("make")} className="flex flex-col gap-5" onSubmit={submit}>
      <FormError>{refused}</FormError>
      {fields}
      {byDiscord ? <p className="text-muted-foreground text-sm">{t("byDiscord")}</p> : null}
      <Button type="submit" size="lg" pending={pending}>
        {t("join")}
      </Button>
    </form>
  );
}
