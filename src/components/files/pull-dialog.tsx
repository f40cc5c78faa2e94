"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { OnConflict } from "#contracts/files";
import type { PullRequest } from "#contracts/transfer";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { CodeInput } from "../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";
import { nameFault, nameOf } from "./paths";

/** Asks for the address of a file that is to be fetched into a folder. */
export function PullDialog({
  folder,
  overwrites,
  onPull,
  onClose,
}: {
  folder: string;
  /** Whether what is there may be overwritten. */
  overwrites: boolean;
  /** Throws what `readFailure` reads, which is then said here. */
  onPull: (request: Pick<PullRequest, "url" | "name" | "conflict">) => Promise<void>;
  onClose: () => void;
}) {
  const t = useTranslations("files.pull");
  const words = useTranslations("files");
  const [url, setUrl] = useState("");
  const [name, setName] = useState("");
  const [conflict, setConflict] = useState<OnConflict>("refuse");
  const [wrong, setWrong] = useState<{ url?: string; name?: string }>({});
  const conflicts: OnConflict[] = ["refuse", "keepBoth", ...(overwrites ? (["overwrite"] as const) : [])];

  async function submit() {
    if (url.trim() === "") return setWrong({ url: t("empty") });
    const fault = name === "" ? null : nameFault(name, false);
    if (fault) return setWrong({ name: words(`nameWrong.${fault}`) });
    await onPull({ url: url.trim(), conflict, ...(name !== "" && { name }) });
    onClose();
  }

  return (
    <FormDialog
      title={t("title")}
      intro={t("intro", { folder: folder === "" ? words("rootName") : nameOf(folder) })}
      action={t("submit")}
      onSubmit={submit}
      onFailed={(words) => setWrong({ url: words })}
      onClose={onClose}
    >
      <Field label={t("url")} help={t("urlHelp")} error={wrong.url} required>
        {(control) => (
          <CodeInput
            {...control}
            autoFocus
            inputMode="url"
            placeholder={t("placeholder")}
            value={url}
            onChange={(event) => {
              setUrl(event.target.value);
              setWrong({});
            }}
          />
        )}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("name")} help={t(conflict === "overwrite" ? "nameHelpOver" : "nameHelp")} error={wrong.name}>
          {(control) => (
            <CodeInput
              {...control}
              value={name}
              onChange={(event) => {
                setName(event.target.value);
                setWrong({});
              }}
            />
          )}
        </Field>
        <Field label={t("conflict")}>
          {(control) => (
            <Select
              value={conflict}
              onValueChange={(next) => setConflict(conflicts.find((one) => one === next) ?? "refuse")}
            >
              <SelectTrigger {...control}>
                <SelectValue />
              </SelectTrigger>
              <SelectContent>
                {conflicts.map((one) => (
                  <SelectItem key={one} value={one}>
                    {one === "refuse" ? t("refuse") : words(`conflict.${one}`)}
                  </SelectItem>
                ))}
              </SelectContent>
            </Select>
          )}
        </Field>
      </div>
    </FormDialog>
  );
}
