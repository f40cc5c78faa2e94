"use client";

import { useTranslations } from "next-intl";
import { client } from "#client/api";
import { ConfirmDialog } from "../../ui/confirm-dialog";

/** Asks before all secrets leave the panel as a file. */
export function ExportDialog({ bot, onClose }: { bot: { id: string; name: string }; onClose: () => void }) {
  const t = useTranslations("environment");
  async function take() {
    const { text } = await client.env.export({ botId: bot.id });
    save(t("exportName", { name: bot.name }), text);
  }
  return (
    <ConfirmDialog
      title={t("exportTitle")}
      body={t("exportBody")}
      action={t("exportDo")}
      onConfirm={take}
      onClose={onClose}
    />
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
