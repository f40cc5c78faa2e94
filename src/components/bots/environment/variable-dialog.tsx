"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { toast } from "sonner";
import { readFailure } from "#client/failure";
import { looksSecret } from "#contracts/bot";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { CodeInput, Input } from "../../ui/input";
import { Label } from "../../ui/label";
import { Switch } from "../../ui/switch";
import { Textarea } from "../../ui/textarea";
import type { Variable } from "./variables";

/** Adds a variable, or gives one a new value. */
export function VariableDialog({
  variable,
  taken,
  onSave,
  onClose,
}: {
  /** The one to change; absent: a new one. */
  variable?: Variable;
  /** Names that are set already. */
  taken: readonly string[];
  onSave: (variable: { key: string; value: string; secret: boolean }) => Promise<void>;
  onClose: () => void;
}) {
  const t = useTranslations("environment");
  const id = useId();
  const [key, setKey] = useState(variable?.key ?? "");
  const [value, setValue] = useState(variable?.value ?? "");
  // Until somebody says otherwise, the name decides.
  const [chosen, setChosen] = useState(variable?.secret);
  const secret = chosen ?? looksSecret(key.trim());
  const [wrong, setWrong] = useState<{ key?: string; value?: string }>({});

  async function save() {
    const name = key.trim();
    if (taken.includes(name)) return setWrong({ key: t("exists", { key: name }) });
    await onSave({ key: name, value, secret });
    toast.success(t("saved", { key: name }));
    onClose();
  }
  function refused(words: string, error: unknown) {
    setWrong({ [readFailure(error).code === "env_key_invalid" ? "key" : "value"]: words });
  }
  return (
    <FormDialog
      title={variable ? t("editTitle", { key: variable.key }) : t("addTitle")}
      intro={variable?.secret ? t("valueKeep") : t("intro")}
      action={t("save")}
      ready={key.trim() !== ""}
      onSubmit={save}
      onFailed={refused}
      onClose={onClose}
    >
      {variable ? null : (
        <Field label={t("key")} help={t("keyHint")} error={wrong.key} required>
          {(control) => (
            <CodeInput
              {...control}
              autoCapitalize="characters"
              placeholder={t("keyPlaceholder")}
              value={key}
              onChange={(event) => {
                setKey(event.target.value);
                setWrong({});
              }}
            />
          )}
        </Field>
      )}
      <Field label={t("value")} error={wrong.value ?? (variable ? wrong.key : undefined)}>
        {(control) =>
          secret ? (
            <Input
              {...control}
              type="password"
              autoComplete="off"
              data-1p-ignore="true"
              data-lpignore="true"
              className="font-mono"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          ) : (
            <Textarea
              {...control}
              autoComplete="off"
              spellCheck={false}
              rows={3}
              className="wrap-anywhere font-mono"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )
        }
      </Field>
      <div className="flex items-start gap-3">
        <Switch id={id} checked={secret} aria-describedby={`${id}-hint`} onCheckedChange={setChosen} />
        <div className="flex flex-col gap-1">
          <Label htmlFor={id}>{t("secret")}</Label>
          <p id={`${id}-hint`} className="text-muted-foreground text-xs">
            {t("secretHint")}
          </p>
        </div>
      </div>
    </FormDialog>
  );
}
