"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { readFailure } from "#client/failure";
import { useFailureText } from "#client/words";
import { looksSecret } from "#contracts/bot";
import { Button } from "../../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Field } from "../../ui/field";
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
  const say = useFailureText();
  const id = useId();
  const [key, setKey] = useState(variable?.key ?? "");
  const [value, setValue] = useState(variable?.value ?? "");
  // Until somebody says otherwise, the name decides.
  const [chosen, setChosen] = useState(variable?.secret);
  const secret = chosen ?? looksSecret(key.trim());
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<{ key?: string; value?: string }>({});

  async function save(event: FormEvent) {
    event.preventDefault();
    // Inside a dialog of React a submit would otherwise also reach a form around it.
    event.stopPropagation();
    const name = key.trim();
    if (taken.includes(name)) return setWrong({ key: t("exists", { key: name }) });
    setPending(true);
    try {
      await onSave({ key: name, value, secret });
      toast.success(t("saved", { key: name }));
      onClose();
    } catch (error) {
      const at = readFailure(error).code === "env_key_invalid" ? "key" : "value";
      setWrong({ [at]: say(error) });
      setPending(false);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <DialogContent>
        <form method="post" className="flex flex-col gap-5" onSubmit={save}>
          <DialogHeader>
            <DialogTitle>{variable ? t("editTitle", { key: variable.key }) : t("addTitle")}</DialogTitle>
            <DialogDescription>{variable?.secret ? t("valueKeep") : t("intro")}</DialogDescription>
          </DialogHeader>
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
          <DialogFooter>
            <Button variant="outline" disabled={pending} onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" pending={pending} disabled={key.trim() === ""}>
              {t(pending ? "saving" : "save")}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
