"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Textarea } from "../ui/textarea";
import type { SshKey } from "./ssh-keys";

/** Takes a public key that is pasted. */
export function AddSshKey({ onAdded, onClose }: { onAdded: (key: SshKey) => void; onClose: () => void }) {
  const t = useTranslations("account.sshKeys");
  const common = useTranslations("common");
  const say = useFailureText();
  const [publicKey, setPublicKey] = useState("");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setWrong(null);
    try {
      const added = await client.account.sshKeys.add({ publicKey, ...(name.trim() && { name }) });
      onAdded(added);
      toast.success(t("added", { name: added.name }));
      onClose();
    } catch (error) {
      setWrong(say(error));
      setPending(false);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <DialogContent>
        <form method="post" className="flex min-w-0 flex-col gap-5" onSubmit={submit}>
          <DialogHeader>
            <DialogTitle>{t("addTitle")}</DialogTitle>
            <DialogDescription>{t("addIntro")}</DialogDescription>
          </DialogHeader>
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
          <DialogFooter>
            <Button variant="outline" disabled={pending} onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" pending={pending} disabled={publicKey.trim() === ""}>
              {t("submit")}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
