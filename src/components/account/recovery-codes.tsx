"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";

/** Shows recovery codes, this once. A click beside it does not close it. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useTranslations("account.twoFactor");
  const text = `${codes.join("\n")}\n`;
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{t("codesTitle")}</DialogTitle>
          <DialogDescription>{t("codesIntro")}</DialogDescription>
        </DialogHeader>
        <div className="flex items-start gap-2 rounded-lg border border-border bg-field p-4">
          <ol aria-label={t("codesTitle")} className="grid flex-1 gap-x-6 gap-y-1 font-mono text-sm sm:grid-cols-2">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ol>
          <CopyButton text={text} label={t("copyCodes")} />
        </div>
        <DialogFooter>
          <Button asChild variant="outline">
            <a href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download={t("fileName")}>
              <Download aria-hidden />
              {t("download")}
            </a>
          </Button>
          <Button onClick={onClose}>{t("kept")}</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
