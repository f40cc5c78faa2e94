"use client";

import { EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import { useThisBot } from "../bots/bot/this-bot";

/** Says to whom some paths are hidden that this is not all there is: else they would look for what is missing. */
export function HiddenNote({ about, className }: { about: "files" | "dependencies" | "deploys"; className?: string }) {
  const t = useTranslations("files.hidden");
  const { view } = useThisBot();
  if (!view.hidesPaths) return null;
  return (
    <p className={cn("flex items-start gap-2 text-muted-foreground text-xs", className)}>
      <EyeOff aria-hidden className="mt-px size-3.5 shrink-0" />
      {t(about)}
    </p>
  );
}
