"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFailureText } from "#client/words";
import { PublicKey } from "../../deploys/public-key";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";

/** Why the files could not be brought in, and what to do next. */
export function ImportFailed({
  why,
  publicKey,
  onAgain,
  onBack,
}: {
  why: unknown;
  publicKey?: string;
  onAgain: () => void;
  onBack: () => void;
}) {
  const t = useTranslations("newBot.failed");
  const say = useFailureText();
  return (
    <Card className="border-danger">
      <CardContent className="flex flex-col gap-4">
        <div role="alert" className="flex items-start gap-3">
          <CircleAlert className="mt-0.5 size-5 shrink-0 text-danger" aria-hidden />
          <div className="flex min-w-0 flex-col gap-1">
            <h2 className="font-semibold">{t("title")}</h2>
            <p className="wrap-anywhere text-muted-foreground text-sm">{say(why)}</p>
          </div>
        </div>
        {publicKey ? (
          <section aria-label={t("key")}>
            <PublicKey publicKey={publicKey} />
          </section>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button onClick={onAgain}>{t("again")}</Button>
          <Button variant="outline" onClick={onBack}>
            {t("back")}
          </Button>
        </div>
      </CardContent>
    </Card>
  );
}
