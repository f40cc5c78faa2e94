"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { Button } from "../ui/button";
import { AuthCard } from "./auth-card";
import { LinkForm } from "./link-form";
import { canBePassword, NewPassword } from "./new-password";

/** Sets a new password with the code of a link that botyard user reset printed. */
export function ResetForm() {
  const t = useTranslations("reset");
  const [password, setPassword] = useState("");
  const [short, setShort] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  async function reset(code: string) {
    setShort(!canBePassword(password));
    if (canBePassword(password)) setDone((await client.signIn.reset({ code, password })).email);
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
    <LinkForm words="reset" work={reset}>
      <NewPassword label={t("password")} refused={short} value={password} onValue={setPassword} />
    </LinkForm>
  );
}
