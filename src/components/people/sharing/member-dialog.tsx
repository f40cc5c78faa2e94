"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { presets } from "#contracts/access";
import type { MemberList, MemberView } from "#contracts/members";
import { FormError } from "../../account/form-error";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { Input } from "../../ui/input";
import { GrantFields, readGrant } from "./grant-fields";
import type { Sharing } from "./place";

/** Adds a member, or changes what one may do. */
export function MemberDialog({
  sharing,
  mine,
  member,
  onDone,
  onClose,
}: {
  sharing: Sharing;
  mine: MemberList["mine"];
  /** Absent: one is added. */
  member?: MemberView;
  onDone: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("access");
  const [who, setWho] = useState("");
  const [draft, setDraft] = useState(() => ({
    permissions: (member?.permissions ?? presets.viewer).filter((one) => mine.permissions.includes(one)),
    hidden: (member?.hiddenPaths ?? []).filter((one) => !mine.hiddenPaths.includes(one)).join("\n"),
  }));
  const [wrong, setWrong] = useState<string | null>(null);
  const given = readGrant(draft);
  async function submit() {
    if (!given) return;
    setWrong(null);
    const { name, email } = member
      ? await sharing.update({ userId: member.userId, ...given })
      : await sharing.add({ who, ...given });
    toast.success(member ? t("saved", { name }) : t("added", { name, email }));
    onDone();
    onClose();
  }
  return (
    <FormDialog
      title={member ? t("editTitle", { name: member.name }) : t("addTitle")}
      intro={t(member ? "editIntro" : "addIntro")}
      action={t(member ? "save" : "submit")}
      ready={given !== null && draft.permissions.length > 0 && (member !== undefined || who.trim() !== "")}
      className="max-w-2xl"
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      {member ? null : (
        <Field label={t("who")} help={t("whoHelp")} required>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              maxLength={320}
              value={who}
              onChange={(event) => setWho(event.target.value)}
            />
          )}
        </Field>
      )}
      <GrantFields mine={mine} draft={draft} onChange={setDraft} />
      <FormError>{wrong}</FormError>
    </FormDialog>
  );
}
