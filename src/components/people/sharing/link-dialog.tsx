"use client";

import { useTranslations } from "next-intl";
import { INVITE_HOURS, INVITE_PAGE } from "#contracts/members";
import { Button } from "../../ui/button";
import { CopyButton } from "../../ui/copy-button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { CodeInput } from "../../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../../ui/select";

const lives = [1, 24, INVITE_HOURS.default, INVITE_HOURS.most] as const;

/** How long a link works. */
export function HoursField({ hours, onChange }: { hours: number; onChange: (hours: number) => void }) {
  const t = useTranslations("access");
  return (
    <Field label={t("inviteHours")}>
      {(control) => (
        <Select value={String(hours)} onValueChange={(value) => onChange(Number(value))}>
          <SelectTrigger {...control} className="w-48">
            <SelectValue />
          </SelectTrigger>
          <SelectContent>
            {lives.map((one) => (
              <SelectItem key={one} value={String(one)}>
                {t("hours", { hours: one })}
              </SelectItem>
            ))}
          </SelectContent>
        </Select>
      )}
    </Field>
  );
}

/** Shows the link of an invite, this once. A click beside it does not close it. */
export function LinkDialog({ code, onClose }: { code: string; onClose: () => void }) {
  const t = useTranslations("access");
  const link = `${window.location.origin}${INVITE_PAGE}${code}`;
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{t("linkTitle")}</DialogTitle>
          <DialogDescription>{t("linkIntro")}</DialogDescription>
        </DialogHeader>
        <Field label={t("link")}>
          {(control) => (
            <div className="flex items-center gap-2">
              <CodeInput {...control} readOnly value={link} onFocus={(event) => event.target.select()} />
              <CopyButton text={link} label={t("copyLink")} />
            </div>
          )}
        </Field>
        <DialogFooter>
          <Button onClick={onClose}>{t("linkDone")}</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
