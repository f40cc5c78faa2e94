"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { PasskeyView } from "#contracts/api/passkeys";
import { FormDialog } from "../ui/form-dialog";
import { NameField } from "./name-field";

type Props = { passkey: PasskeyView; onRenamed: (passkey: PasskeyView) => void; onClose: () => void };

/** Gives a passkey another name. */
export function RenamePasskey({ passkey, onRenamed, onClose }: Props) {
  const t = useTranslations("account.passkeys");
  const [name, setName] = useState(passkey.name);
  async function submit() {
    const renamed = await client.account.passkeys.rename({ passkeyId: passkey.id, name });
    onRenamed(renamed);
    toast.success(t("renamed", { name: renamed.name }));
    onClose();
  }
  return (
    <FormDialog
      title={t("renameTitle", { name: passkey.name })}
      intro={t("nameHelp")}
      action={t("save")}
      ready={name.trim() !== ""}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField label={t("name")} value={name} onValue={setName} />
    </FormDialog>
  );
}
