"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { Checkbox } from "../ui/checkbox";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { CodeInput } from "../ui/input";
import { bitOf, classes, digitsOf, modeOf, rights } from "./mode";

/** Permission bits of one thing, as boxes and as a number. */
export function ModeDialog({
  name,
  mode: before,
  folder,
  onMode,
  onClose,
}: {
  name: string;
  mode: number;
  /** "Run" of a folder means to enter it. */
  folder: boolean;
  /** Throws what `readFailure` reads. */
  onMode: (mode: number) => Promise<void>;
  onClose: () => void;
}) {
  const t = useTranslations("files.modes");
  const words = useTranslations("files");
  const [digits, setDigits] = useState(digitsOf(before));
  const [wrong, setWrong] = useState<string | null>(null);
  const mode = modeOf(digits);
  const nameOfRight = (right: (typeof rights)[number]) => t(right === "run" && folder ? "enter" : right);
  async function submit() {
    if (mode === null) return setWrong(t("digitsWrong"));
    await onMode(mode);
    toast.success(words("modeSaved", { name, mode: digits }));
    onClose();
  }
  return (
    <FormDialog
      title={t("title", { name })}
      intro={t("intro")}
      action={t("submit")}
      ready={mode !== null}
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <table className="w-full text-sm">
        <thead>
          <tr className="text-muted-foreground text-xs">
            <th scope="col" className="py-1 text-left font-medium">
              {t("who")}
            </th>
            {rights.map((right) => (
              <th key={right} scope="col" className="font-medium">
                {nameOfRight(right)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((who, row) => (
            <tr key={who} className="border-border border-t">
              <th scope="row" className="py-2 text-left font-normal">
                {t(who)}
              </th>
              {rights.map((right, column) => (
                <td key={right} className="text-center">
                  <Checkbox
                    aria-label={t("label", { who: t(who), what: nameOfRight(right) })}
                    checked={((mode ?? 0) & bitOf(row, column)) !== 0}
                    onCheckedChange={() => {
                      setDigits(digitsOf((mode ?? 0) ^ bitOf(row, column)));
                      setWrong(null);
                    }}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Field label={t("digits")} error={wrong ?? (mode === null ? t("digitsWrong") : undefined)}>
        {(control) => (
          <CodeInput
            {...control}
            inputMode="numeric"
            maxLength={3}
            className="w-24"
            value={digits}
            onChange={(event) => {
              setDigits(event.target.value);
              setWrong(null);
            }}
          />
        )}
      </Field>
    </FormDialog>
  );
}
