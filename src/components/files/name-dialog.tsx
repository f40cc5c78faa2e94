"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { CodeInput } from "../ui/input";
import { nameFault, nameOf } from "./paths";

/** Asks for the name of a new file or folder, or for another name of something. `before`: what it is called now. */
export function NameDialog({
  what,
  folder,
  before = "",
  onName,
  onClose,
}: {
  what: "newFile" | "newFolder" | "rename";
  folder: string;
  before?: string;
  /** Throws what `readFailure` reads, which is then said here. */
  onName: (name: string) => Promise<void>;
  onClose: () => void;
}) {
  const t = useTranslations("files");
  const [name, setName] = useState(before);
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit() {
    const fault = nameFault(name, what !== "rename");
    if (fault) return setWrong(t(`nameWrong.${fault}`));
    if (name !== before) await onName(name);
    onClose();
  }
  return (
    <FormDialog
      title={t(`${what}.title`, { name: before })}
      intro={t(`${what}.intro`, { folder: folder === "" ? t("rootName") : nameOf(folder) })}
      action={t(`${what}.submit`)}
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <Field label={t(`${what}.label`)} error={wrong} required>
        {(control) => (
          <CodeInput
            {...control}
            autoFocus
            placeholder={what === "rename" ? undefined : t(`${what}.placeholder`)}
            value={name}
            // What is before the ending is what one mostly changes.
            onFocus={(event) => {
              const dot = before.lastIndexOf(".");
              event.target.setSelectionRange(0, dot > 0 ? dot : before.length);
            }}
            onChange={(event) => {
              setName(event.target.value);
              setWrong(null);
            }}
          />
        )}
      </Field>
    </FormDialog>
  );
}
