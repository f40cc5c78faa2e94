"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { CopyButton } from "../ui/copy-button";
import { FormDialog } from "../ui/form-dialog";
import { CodeField } from "./code-field";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";
import { QrCode } from "./qr-code";

type Begun = { secret: string; address: string };

/** Switches on the second factor: password, picture, code. */
export function EnableTwoFactor({
  hasPassword,
  onEnabled,
  onClose,
}: {
  hasPassword: boolean;
  onEnabled: (codes: string[]) => void;
  onClose: () => void;
}) {
  const t = useTranslations("account.twoFactor");
  const [begun, setBegun] = useState<Begun | null>(null);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  async function submit() {
    setRefused(null);
    if (begun) return onEnabled((await client.account.twoFactor.enable({ code })).codes);
    setBegun(await client.account.twoFactor.begin(hasPassword ? { password } : {}));
  }
  return (
    <FormDialog
      title={t("enableTitle")}
      intro={begun ? t("scanIntro") : t("confirmIntro")}
      action={begun ? t("enable") : t("next")}
      onSubmit={submit}
      onFailed={setRefused}
      onClose={onClose}
    >
      <FormError>{refused}</FormError>
      {begun ? (
        <>
          <div className="flex flex-col items-center gap-3">
            <QrCode text={begun.address} label={t("picture")} />
            <p className="text-muted-foreground text-sm">{t("byHand")}</p>
            <p className="flex max-w-full items-center gap-1">
              <code className="wrap-anywhere text-sm">{begun.secret}</code>
              <CopyButton text={begun.secret} label={t("copyKey")} />
            </p>
          </div>
          <CodeField label={t("code")} help={t("codeHelp")} value={code} onValue={setCode} />
        </>
      ) : (
        <ConfirmPassword hasPassword={hasPassword} value={password} onValue={setPassword} />
      )}
    </FormDialog>
  );
}
