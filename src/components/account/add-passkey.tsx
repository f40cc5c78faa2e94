"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { PasskeyView } from "#contracts/api/passkeys";
import { NameField } from "./name-field";
import { type Confirmed, OwnerDialog } from "./owner-dialog";

type Props = { onAdded: (passkey: PasskeyView) => void; onClose: () => void };

/** Has the browser make a passkey. */
export function AddPasskey({ onAdded, onClose }: Props) {
  const t = useTranslations("account.passkeys");
  const [name, setName] = useState("");
  async function submit(confirmed: Confirmed) {
    const { browserSupportsWebAuthn, startRegistration } = await import("@simplewebauthn/browser");
    if (!browserSupportsWebAuthn()) return t("unsupported");
    const { ticket, options } = await client.account.passkeys.begin({ name, ...confirmed });
    const made = await startRegistration({ optionsJSON: options }).catch(() => null);
    if (!made) return t("cancelled");
    const added = await client.account.passkeys.add({ ticket, made });
    toast.success(t("added", { name: added.name }));
    onAdded(added);
    onClose();
  }
  return (
    <OwnerDialog
      title={t("addTitle")}
      intro={t("addIntro")}
      action={t("submit")}
      ready={name.trim() !== ""}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField label={t("name")} help={t("nameHelp")} value={name} onValue={setName} />
    </OwnerDialog>
  );
}
