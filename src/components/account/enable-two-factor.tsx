"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { CopyButton } from "../ui/copy-button";
import { CodeField } from "./code-field";
import { type Confirmed, OwnerDialog } from "./owner-dialog";
import { QrCode } from "./qr-code";

type Begun = { secret: string; address: string };
type Props = { onEnabled: (codes: string[]) => void; onClose: () => void };

/** Switches on the second factor: password, picture, code. */
export function EnableTwoFactor({ onEnabled, onClose }: Props) {
  const t = useTranslations("account.twoFactor");
  const [begun, setBegun] = useState<Begun | null>(null);
  const [code, setCode] = useState("");
  async function submit(confirmed: Confirmed) {
    if (begun) onEnabled((await client.account.twoFactor.enable({ code })).codes);
    else setBegun(await client.account.twoFactor.begin(confirmed));
  }
  return (
    <OwnerDialog
      title={t("enableTitle")}
      intro={begun ? t("scanIntro") : t("confirmIntro")}
      action={begun ? t("enable") : t("next")}
      asks={begun === null}
      onSubmit={submit}
      onClose={onClose}
    >
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
      ) : null}
    </OwnerDialog>
  );
}
