"use client";

import { RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { usePowerCommand } from "../live/power-buttons";
import { Button } from "../ui/button";
import { useThisBot } from "./bot/this-bot";

/** Says that the running bot does not have a change yet, with the button that gives it to it. */
export function RestartHint({ words }: { words: string }) {
  const t = useTranslations("environment");
  const { view, allows } = useThisBot();
  const { run, pending } = usePowerCommand(view);
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 rounded-xl border border-waiting/40 bg-waiting-soft px-4 py-2.5 text-sm text-waiting"
    >
      <p className="min-w-0">{words}</p>
      {allows("power:restart") ? (
        <Button size="sm" variant="outline" pending={pending === "restart"} onClick={() => run("restart")}>
          <RotateCw aria-hidden />
          {t("restart")}
        </Button>
      ) : null}
    </div>
  );
}
