"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";
import { toast } from "sonner";
import { useFailureText } from "#client/words";
import { Button } from "./button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "./dialog";

/** A dialog with a form: its fields are the children, below them Cancel and the verb. Nothing closes it while it is under way. */
export function FormDialog({
  title,
  intro,
  action,
  ready = true,
  destructive = false,
  className,
  onSubmit,
  onFailed,
  onClose,
  children,
}: {
  title: string;
  intro: string;
  /** The verb on the button. */
  action: string;
  /** Whether what was filled in can be taken. */
  ready?: boolean;
  destructive?: boolean;
  /** Of the dialog, for another width. */
  className?: string;
  /** Closes it by itself when all is well; else it stays. */
  onSubmit: () => void | Promise<void>;
  /** Told why `onSubmit` threw, in words; absent: a toast says it. */
  onFailed?: (words: string, error: unknown) => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const t = useTranslations("common");
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    // In React a submit would otherwise also reach a form around the dialog.
    event.stopPropagation();
    setPending(true);
    try {
      await onSubmit();
    } catch (error) {
      if (onFailed) onFailed(say(error), error);
      else toast.error(say(error));
    } finally {
      setPending(false);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <DialogContent className={className}>
        <form method="post" className="flex min-w-0 flex-col gap-5" onSubmit={submit}>
          <DialogHeader>
            <DialogTitle className="wrap-anywhere">{title}</DialogTitle>
            <DialogDescription className="wrap-anywhere">{intro}</DialogDescription>
          </DialogHeader>
          {children}
          <DialogFooter>
            <Button variant="outline" disabled={pending} onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" variant={destructive ? "destructive" : "default"} pending={pending} disabled={!ready}>
              {action}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
