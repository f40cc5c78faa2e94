"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { Field } from "../ui/field";
import { Textarea } from "../ui/textarea";
import { NameField } from "./name-field";
import { type Confirmed, OwnerDialog } from "./owner-dialog";
import type { SshKey } from "./ssh-keys";

type Props = { onAdded: (key: SshKey) => void; onClose: () => void };

/** Takes a public key that is pasted. */
export function AddSshKey({ onAdded, onClose }: Props) {
  const t = useTranslations("account.sshKeys");
  const [publicKey, setPublicKey] = useState("");
  const [name, setName] = useState("");
  async function submit(confirmed: Confirmed) {
    const added = await client.account.sshKeys.add({ publicKey, ...(name.trim() && { name }), ...confirmed });
    toast.success(t("added", { name: added.name }));
    onAdded(added);
    onClose();
  }
  return (
    <OwnerDialog
      title={t("addTitle")}
      intro={t("addIntro")}
      action={t("submit")}
      ready={publicKey.trim() !== ""}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={t("publicKey")} required>
        {(control) => (
          <Textarea
            {...control}
            rows={4}
            spellCheck={false}
            autoCapitalize="none"
            className="font-mono break-all"
            value={publicKey}
            onChange={(event) => setPublicKey(event.target.value)}
          />
        )}
      </Field>
      <NameField label={t("name")} help={t("nameHelp")} required={false} value={name} onValue={setName} />
    </OwnerDialog>
  );
}
