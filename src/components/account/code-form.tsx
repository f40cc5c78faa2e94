"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { readFailure } from "#client/failure";
import { showCode } from "#client/session";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { AuthCard } from "./auth-card";
import { CodeField } from "./code-field";
import { FormError } from "./form-error";

/** The second step of signing in. */
export function CodeForm({
  onIn,
  onStartAgain,
}: {
  onIn: () => void;
  /** `why` it cannot go on, in words. */
  onStartAgain: (why: string | null) => void;
}) {
  const t = useTranslations("auth");
  const say = useFailureText();
  const [code, setCode] = useState("");
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setRefused(null);
    try {
      await showCode(code);
      return onIn();
    } catch (error) {
      if (readFailure(error).code === "sign_in_expired") return onStartAgain(say(error));
      setRefused(say(error));
      setCode("");
    }
    setPending(false);
  }
  return (
    <AuthCard title={t("codeTitle")} description={t("codeDescription")}>
      <form method="post" className="flex flex-col gap-5" onSubmit={submit}>
        <FormError>{refused}</FormError>
        <CodeField label={t("code")} help={t("codeHelp")} value={code} onValue={setCode} autoFocus />
        <Button type="submit" size="lg" pending={pending} disabled={code.trim() === ""}>
          {t("codeSubmit")}
        </Button>
        <Button variant="ghost" disabled={pending} onClick={() => onStartAgain(null)}>
          {t("startAgain")}
        </Button>
      </form>
    </AuthCard>
  );
}
