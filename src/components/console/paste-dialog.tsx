"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";

/** Asks before several lines are typed into a bot one after the other. */
export function PasteDialog({
  lines,
  onSend,
  onClose,
}: {
  lines: readonly string[];
  onSend: (line: string) => Promise<void>;
  onClose: (sent: boolean) => void;
}) {
  const t = useTranslations("console.paste");
  const say = useFailureText();
  const [left, setLeft] = useState(lines);
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function sendAll() {
    setPending(true);
    setWrong(null);
    try {
      for (const [index, line] of left.entries()) {
        await onSend(line);
        // What was sent is not sent again when a later one fails.
        setLeft(left.slice(index + 1));
      }
      onClose(true);
    } catch (error) {
      setWrong(say(error));
      setPending(false);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose(false))}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{t("title", { count: left.length })}</DialogTitle>
          <DialogDescription>{t("body")}</DialogDescription>
        </DialogHeader>
        {/* biome-ignore lint/a11y/useSemanticElements: a group by name only, not a form's */}
        <div
          role="group"
          aria-label={t("preview")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="wrap-anywhere max-h-64 overflow-auto whitespace-pre-wrap rounded-lg border border-border bg-field p-3 font-mono text-xs"
        >
          {left.join("\n")}
        </div>
        {wrong ? (
          <p role="alert" className="text-danger text-sm">
            {wrong}
          </p>
        ) : null}
        <DialogFooter>
          <Button variant="outline" disabled={pending} onClick={() => onClose(false)}>
            {t("cancel")}
          </Button>
          <Button pending={pending} onClick={sendAll}>
            {pending ? t("sending") : t("send", { count: left.length })}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
