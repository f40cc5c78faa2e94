"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import {
  AlertDialog,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
} from "./alert-dialog";
import { Button } from "./button";
import { Field } from "./field";
import { Input } from "./input";

/** Asks to type a name before something that cannot be undone. Closes when `onConfirm` has ended well. */
export function ConfirmByName({
  open,
  onOpenChange,
  name,
  title,
  description,
  action,
  onConfirm,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  name: string;
  title: ReactNode;
  description: ReactNode;
  /** The verb on the button. */
  action: ReactNode;
  /** Resolves when done; a rejection keeps the dialog open (say why yourself). */
  onConfirm: () => Promise<unknown>;
}) {
  const t = useTranslations("common");
  const [typed, setTyped] = useState("");
  const [pending, setPending] = useState(false);
  const change = (next: boolean) => {
    if (pending) return;
    setTyped("");
    onOpenChange(next);
  };
  const confirm = async () => {
    if (!isTyped(typed, name) || pending) return;
    setPending(true);
    try {
      await onConfirm();
      setTyped("");
      onOpenChange(false);
    } catch {
      // Whoever was asked has said why.
    } finally {
      setPending(false);
    }
  };
  return (
    <AlertDialog open={open} onOpenChange={change}>
      <AlertDialogContent>
        <AlertDialogHeader>
          <AlertDialogTitle>{title}</AlertDialogTitle>
          <AlertDialogDescription>{description}</AlertDialogDescription>
        </AlertDialogHeader>
        <form
          method="post"
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            void confirm();
          }}
        >
          <TypedName name={name} value={typed} onValue={setTyped} />
          <AlertDialogFooter>
            <AlertDialogCancel type="button">{t("cancel")}</AlertDialogCancel>
            <Button type="submit" variant="destructive" pending={pending} disabled={!isTyped(typed, name)}>
              {action}
            </Button>
          </AlertDialogFooter>
        </form>
      </AlertDialogContent>
    </AlertDialog>
  );
}

/** Whether a name was typed as it is. */
export const isTyped = (typed: string, name: string): boolean =>
  typed.normalize("NFC").trim() === name.normalize("NFC");

/** Asks to type the name of what is going to be lost. */
export function TypedName({ name, value, onValue }: { name: string; value: string; onValue: (typed: string) => void }) {
  const t = useTranslations("common");
  return (
    <Field label={t("typeToConfirm", { name })}>
      {(control) => (
        <Input
          {...control}
          value={value}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
