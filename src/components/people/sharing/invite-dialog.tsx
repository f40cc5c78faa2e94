"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { presets } from "#contracts/access";
import { INVITE_HOURS, type MemberList } from "#contracts/members";
import { FormError } from "../../account/form-error";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { Input } from "../../ui/input";
import { GrantFields, readGrant } from "./grant-fields";
import { HoursField, LinkDialog } from "./link-dialog";
import type { Sharing } from "./place";

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
    hidden: "",
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
      <GrantFields mine={mine} draft={draft} onChange={setDraft} />
      <HoursField hours={hours} onChange={setHours} />
      <Field label={t("note")} help={t("noteHelp")}>
        {(control) => (
          <Input {...control} maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
        )}
      </Field>
      <FormError>{wrong}</FormError>
    </FormDialog>
  );
}
