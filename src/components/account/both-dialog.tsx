"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { FormDialog } from "../ui/form-dialog";
import { CodeField } from "./code-field";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";

/** Asks for password and code before something of the second factor changes. */
export function BothDialog({
  title,
  intro,
  action,
  hasPassword,
  work,
  onClose,
}: {
  title: string;
  intro: string;
  action: string;
  hasPassword: boolean;
  work: (both: { password?: string; code: string }) => Promise<void>;
  onClose: () => void;
}) {
  const t = useTranslations("account.twoFactor");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  return (
    <FormDialog
      title={title}
      intro={intro}
      action={action}
      ready={code.trim() !== ""}
      onSubmit={() => work({ code, ...(hasPassword && { password }) })}
      onFailed={setRefused}
      onClose={onClose}
    >
      <FormError>{refused}</FormError>
      <ConfirmPassword hasPassword={hasPassword} value={password} onValue={setPassword} />
      <CodeField label={t("anyCode")} value={code} onValue={setCode} />
    </FormDialog>
  );
}
