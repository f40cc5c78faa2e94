"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { Button } from "../ui/button";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";
import { useHasPassword } from "./has-password";
import { canBePassword, NewPassword } from "./new-password";
import { Section, SectionCard } from "./section";
import { useSubmit } from "./use-submit";

/** Changes the password, or sets the first one. */
export function PasswordSection({ email }: { email: string }) {
  const t = useTranslations("account.password");
  const hasPassword = useHasPassword();
  const router = useRouter();
  const [present, setPresent] = useState("");
  const [password, setPassword] = useState("");
  const [short, setShort] = useState(false);
  const { pending, refused, submit } = useSubmit(async () => {
    setShort(!canBePassword(password));
    if (!canBePassword(password)) return;
    await client.account.changePassword({ password, present });
    setPresent("");
    setPassword("");
    toast.success(t("changed"));
    router.refresh();
  });
  return (
    <Section id="password" title={t("title")} intro={hasPassword ? t("intro") : t("introNone")}>
      <SectionCard>
        <form method="post" className="flex flex-col gap-4" onSubmit={submit}>
          <FormError>{refused}</FormError>
          {/* Tells password managers whose password this is. */}
          <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
          <ConfirmPassword value={present} onValue={setPresent} label={t("present")} />
          <NewPassword label={t("new")} refused={short} value={password} onValue={setPassword} />
          <div>
            <Button type="submit" variant="outline" pending={pending} disabled={password === ""}>
              {hasPassword ? t("change") : t("set")}
            </Button>
          </div>
        </form>
      </SectionCard>
    </Section>
  );
}
