"use client";

import { Fingerprint, MessageCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

/** The ways to sign in besides a password. */
export function OtherWays({
  disabled,
  onPasskey,
  onDiscord,
}: {
  disabled: boolean;
  onPasskey: () => void;
  /** Absent where it is not set up. */
  onDiscord?: () => void;
}) {
  const t = useTranslations("auth");
  return (
    <div className="flex flex-col gap-3">
      <p className="flex items-center gap-3 text-muted-foreground text-xs before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
        {t("or")}
      </p>
      <Button variant="outline" size="lg" disabled={disabled} onClick={onPasskey}>
        <Fingerprint aria-hidden />
        {t("passkey")}
      </Button>
      {onDiscord ? (
        <Button variant="outline" size="lg" disabled={disabled} onClick={onDiscord}>
          <MessageCircle aria-hidden />
          {t("discord")}
        </Button>
      ) : null}
    </div>
  );
}
