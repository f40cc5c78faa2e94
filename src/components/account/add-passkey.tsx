"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { PasskeyView } from "#contracts/api/passkeys";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { Input } from "../ui/input";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";

/** Has the browser make a passkey. */
export function AddPasskey({
  hasPassword,
  onAdded,
  onClose,
}: {
  hasPassword: boolean;
  onAdded: (passkey: PasskeyView) => void;
  onClose: () => void;
}) {
  const t = useTranslations("account.passkeys");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  async function submit() {
    setRefused(null);
    const { browserSupportsWebAuthn, startRegistration } = await import("@simplewebauthn/browser");
    if (!browserSupportsWebAuthn()) return setRefused(t("unsupported"));
    const { ticket, options } = await client.account.passkeys.begin({ name, ...(hasPassword && { password }) });
    const made = await startRegistration({ optionsJSON: options }).catch(() => null);
    if (!made) return setRefused(t("cancelled"));
    const added = await client.account.passkeys.add({ ticket, made });
    toast.success(t("added", { name: added.name }));
    onAdded(added);
    onClose();
  }
  return (
    <FormDialog
      title={t("addTitle")}
      intro={t("addIntro")}
      action={t("submit")}
      ready={name.trim() !== ""}
      onSubmit={submit}
      onFailed={setRefused}
      onClose={onClose}
    >
      <FormError>{refused}</FormError>
      <Field label={t("name")} help={t("nameHelp")} required>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <ConfirmPassword hasPassword={hasPassword} value={password} onValue={setPassword} />
    </FormDialog>
  );
}
