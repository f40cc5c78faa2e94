"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { Input } from "../ui/input";
import { Textarea } from "../ui/textarea";
import type { SshKey } from "./ssh-keys";

/** Takes a public key that is pasted. */
export function AddSshKey({ onAdded, onClose }: { onAdded: (key: SshKey) => void; onClose: () => void }) {
  const t = useTranslations("account.sshKeys");
  const [publicKey, setPublicKey] = useState("");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit() {
    setWrong(null);
    const added = await client.account.sshKeys.add({ publicKey, ...(name.trim() && { name }) });
    onAdded(added);
    toast.success(t("added", { name: added.name }));
    onClose();
  }
  return (
    <FormDialog
      title={t("addTitle")}
      intro={t("addIntro")}
      action={t("submit")}
      ready={publicKey.trim() !== ""}
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <Field label={t("publicKey")} error={wrong} required>
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
      <Field label={t("name")} help={t("nameHelp")}>
        {(control) => (
          <Input {...control} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  );
}
