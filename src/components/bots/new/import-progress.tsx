"use client";

import { useTranslations } from "next-intl";
import { bytes } from "#client/format";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { Progress } from "../../ui/progress";
import type { ImportStep } from "./use-import";

/** Files on their way: what is being done, how far, and a way out. */
export function ImportProgress({
  now,
  onCancel,
}: {
  now: Extract<ImportStep, { step: "sending" | "working" }>;
  onCancel: () => void;
}) {
  const t = useTranslations("newBot.progress");
  const sending = now.step === "sending" ? now : null;
  const working = now.step === "working" && now.status?.state === "working" ? now.status : null;
  const done = sending !== null && sending.sent >= sending.total;
  const words = sending
    ? done
      ? t("finishing")
      : t("sending", { sent: bytes(sending.sent), total: bytes(sending.total) })
    : working
      ? t(working.step)
      : t("starting");
  return (
    <Card>
      <CardContent className="flex flex-col gap-4">
        <h2 className="font-semibold">{t("title")}</h2>
        <Progress
          aria-label={t("bar")}
          value={sending && !done ? Math.round((sending.sent / Math.max(sending.total, 1)) * 100) : null}
        />
        <p role="status" className="text-muted-foreground text-sm">
          {words}
        </p>
        {working?.detail ? (
          <p className="truncate font-mono text-muted-foreground text-xs" dir="auto">
            {working.detail}
          </p>
        ) : null}
        <Button variant="outline" className="self-start" onClick={onCancel}>
          {t("cancel")}
        </Button>
      </CardContent>
    </Card>
  );
}
