"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { Button } from "../../ui/button";
import { usePending } from "../../ui/use-pending";
import { useThisBot } from "../bot/this-bot";

/** The value of a secret: hidden, until somebody who may asks for it. It is asked for anew each time, and kept nowhere. To be keyed by when it was set: a new one is hidden again. */
export function SecretValue({ name }: { name: string }) {
  const t = useTranslations("environment");
  const { view, allows } = useThisBot();
  const [value, setValue] = useState<string | null>(null);
  const { pending, during } = usePending();
  async function reveal() {
    await during(async () => {
      setValue((await client.env.reveal({ botId: view.id, key: name })).value);
    });
  }
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-muted-foreground">
      {value === null ? (
        <>
          <EyeOff className="size-3.5 shrink-0" aria-hidden />
          <span className="whitespace-nowrap">{t("hidden")}</span>
        </>
      ) : (
        <span className="wrap-anywhere max-h-32 min-w-0 overflow-y-auto whitespace-pre-wrap font-mono text-foreground">
          {value}
        </span>
      )}
      {allows("env:reveal") ? (
        <Button
          size="xs"
          variant="ghost"
          pending={pending}
          aria-label={t(value === null ? "revealLabel" : "hideLabel", { key: name })}
          onClick={() => (value === null ? void reveal() : setValue(null))}
        >
          {value === null ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
          <span className="max-sm:hidden">{t(value === null ? "reveal" : "hide")}</span>
        </Button>
      ) : null}
    </span>
  );
}
