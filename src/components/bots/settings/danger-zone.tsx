"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { ConfirmByName } from "../../ui/confirm-by-name";
import { useThisBot } from "../bot/this-bot";

/** Deletes the bot, once its name was typed. */
export function DangerZone() {
  const t = useTranslations("settings.danger");
  const say = useFailureText();
  const router = useRouter();
  const { view } = useThisBot();
  const [open, setOpen] = useState(false);
  const words = view.source.kind === "folder" ? t("bodyFolder", { path: view.source.path }) : t("body");
  async function remove() {
    try {
      await client.bots.delete({ botId: view.id });
    } catch (error) {
      toast.error(say(error));
      throw error;
    }
    toast.success(t("deleted", { name: view.name }));
    router.push("/");
  }
  return (
    <Card className="border-danger/60">
      <CardContent className="flex flex-wrap items-center justify-between gap-4">
        <div className="min-w-0 max-w-lg">
          <h2 className="font-semibold">{t("title")}</h2>
          <p className="wrap-anywhere text-muted-foreground text-sm">{words}</p>
        </div>
        <Button variant="destructive" onClick={() => setOpen(true)}>
          <Trash2 aria-hidden />
          {t("open")}
        </Button>
        <ConfirmByName
          open={open}
          onOpenChange={setOpen}
          name={view.name}
          title={t("dialogTitle", { name: view.name })}
          description={words}
          action={t("open")}
          onConfirm={remove}
        />
      </CardContent>
    </Card>
  );
}
