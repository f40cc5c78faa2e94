"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { presets } from "#contracts/access";
import { INVITE_HOURS, INVITE_PAGE, type MemberList } from "#contracts/members";
import { FormError } from "../../account/form-error";
import { Button } from "../../ui/button";
import { CopyButton } from "../../ui/copy-button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { CodeInput, Input } from "../../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../../ui/select";
import { GrantFields, readGrant } from "./grant-fields";
import type { Sharing } from "./place";

const lives = [1, 24, INVITE_HOURS.default, INVITE_HOURS.most] as const;

/** Makes an invite, and shows its link once. */
export function InviteDialog({
  sharing,
  mine,
  onDone,
  onClose,
}: {
  sharing: Sharing;
  mine: MemberList["mine"];
  onDone: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("access");
  const [draft, setDraft] = useState(() => ({
    permissions: presets.viewer.filter((one) => mine.permissions.includes(one)),
    hidden: mine.hiddenPaths.join("\n"),
  }));
  const [hours, setHours] = useState<number>(INVITE_HOURS.default);
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const given = readGrant(draft);
  async function submit() {
    if (!given) return;
    setWrong(null);
    const made = await sharing.invite({ ...given, hours, note });
    setCode(made.code);
    onDone();
  }
  if (code !== null) return <LinkDialog code={code} onClose={onClose} />;
  return (
    <FormDialog
      title={t("inviteTitle")}
      intro={t("inviteIntro")}
      action={t("makeLink")}
      ready={given !== null && draft.permissions.length > 0}
      className="max-w-2xl"
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <GrantFields offered={mine.permissions} draft={draft} onChange={setDraft} />
      <Field label={t("inviteHours")}>
        {(control) => (
          <Select value={String(hours)} onValueChange={(value) => setHours(Number(value))}>
            <SelectTrigger {...control} className="w-48">
              <SelectValue />
            </SelectTrigger>
            <SelectContent>
              {lives.map((one) => (
                <SelectItem key={one} value={String(one)}>
                  {t("hours", { hours: one })}
                </SelectItem>
              ))}
            </SelectContent>
          </Select>
        )}
      </Field>
      <Field label={t("note")} help={t("noteHelp")}>
        {(control) => (
          <Input {...control} maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
        )}
      </Field>
      <FormError>{wrong}</FormError>
    </FormDialog>
  );
}

function LinkDialog({ code, onClose }: { code: string; onClose: () => void }) {
  const t = useTranslations("access");
  const link = `${window.location.origin}${INVITE_PAGE}${code}`;
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{t("linkTitle")}</DialogTitle>
          <DialogDescription>{t("linkIntro")}</DialogDescription>
        </DialogHeader>
        <Field label={t("link")}>
          {(control) => (
            <div className="flex items-center gap-2">
              <CodeInput {...control} readOnly value={link} onFocus={(event) => event.target.select()} />
              <CopyButton text={link} label={t("copyLink")} />
            </div>
          )}
        </Field>
        <DialogFooter>
          <Button onClick={onClose}>{t("linkDone")}</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
