"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { TagView } from "#contracts/members";
import { FormError } from "../../account/form-error";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { Input } from "../../ui/input";

/** Gives a tag another name. */
export function RenameTag({
  tag,
  onRenamed,
  onClose,
}: {
  tag: TagView;
  onRenamed: (tag: TagView) => void;
  onClose: () => void;
}) {
  const t = useTranslations("tags");
  const [name, setName] = useState(tag.name);
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit() {
    setWrong(null);
    const renamed = await client.tags.rename({ tagId: tag.id, name });
    onRenamed(renamed);
    toast.success(t("renamed", { name: renamed.name }));
    onClose();
  }
  return (
    <FormDialog
      title={t("renameTitle", { name: tag.name })}
      intro={t("renameIntro")}
      action={t("save")}
      ready={name.trim() !== ""}
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <Field label={t("name")} required>
        {(control) => (
          <Input {...control} maxLength={40} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <FormError>{wrong}</FormError>
    </FormDialog>
  );
}
