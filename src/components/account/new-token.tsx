"use client";

import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";

/** The token of a key that was just made; nobody sees it again. */
export function NewToken({ name, token, onClose }: { name: string; token: string; onClose: () => void }) {
  const t = useTranslations("apiKeys");
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      {/* A click beside it would lose the token for good. */}
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle className="wrap-anywhere">{t("madeTitle", { name })}</DialogTitle>
          <DialogDescription>{t("madeIntro")}</DialogDescription>
        </DialogHeader>
        <div className="flex items-start gap-2 rounded-lg border border-border bg-field p-3">
          <code className="wrap-anywhere min-w-0 flex-1 font-mono text-xs">{token}</code>
          <CopyButton text={token} label={t("copy")} />
        </div>
        <DialogFooter>
          <Button onClick={onClose}>{t("kept")}</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
