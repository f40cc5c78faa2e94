"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import {
  AlertDialog,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
} from "../../ui/alert-dialog";
import { Button } from "../../ui/button";

/** Asks before all secrets leave the panel as a file. */
export function ExportDialog({ bot, onClose }: { bot: { id: string; name: string }; onClose: () => void }) {
  const t = useTranslations("environment");
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  async function take() {
    setPending(true);
    try {
      const { text } = await client.env.export({ botId: bot.id });
      save(t("exportName", { name: bot.name }), text);
      onClose();
    } catch (error) {
      toast.error(say(error));
      setPending(false);
    }
  }
  return (
    <AlertDialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <AlertDialogContent>
        <AlertDialogHeader>
          <AlertDialogTitle>{t("exportTitle")}</AlertDialogTitle>
          <AlertDialogDescription>{t("exportBody")}</AlertDialogDescription>
        </AlertDialogHeader>
        <AlertDialogFooter>
          <AlertDialogCancel>{t("cancel")}</AlertDialogCancel>
          <Button pending={pending} onClick={() => void take()}>
            {t("exportDo")}
          </Button>
        </AlertDialogFooter>
      </AlertDialogContent>
    </AlertDialog>
  );
}

/** Gives a text to the browser as a file. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
