"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";
import { Field } from "../ui/field";
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
  const common = useTranslations("common");
  const say = useFailureText();
  const [name, setName] = useState(before);
  const [wrong, setWrong] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    const fault = nameFault(name, what !== "rename");
    if (fault) return setWrong(t(`nameWrong.${fault}`));
    if (name === before) return onClose();
    setPending(true);
    try {
      await onName(name);
      onClose();
    } catch (error) {
      setWrong(say(error));
      setPending(false);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <DialogContent>
        <form method="post" className="flex flex-col gap-5" onSubmit={submit}>
          <DialogHeader>
            <DialogTitle className="wrap-anywhere">{t(`${what}.title`, { name: before })}</DialogTitle>
            <DialogDescription className="wrap-anywhere">
              {t(`${what}.intro`, { folder: folder === "" ? t("rootName") : nameOf(folder) })}
            </DialogDescription>
          </DialogHeader>
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
          <DialogFooter>
            <Button variant="outline" disabled={pending} onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" pending={pending}>
              {t(`${what}.submit`)}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
