"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Button, type ButtonProps } from "./button";
import { useCopy } from "./use-copy";

/** Copies a text. `label` names what is copied, for people who do not see the icon. */
export function CopyButton({ text, label, ...rest }: { text: string; label?: string } & Omit<ButtonProps, "onClick">) {
  const t = useTranslations("common");
  const { copied, copy } = useCopy();
  const onClick = () => copy(text).catch(() => toast.error(t("copyFailed")));
  return (
    <Button variant="ghost" size="icon-sm" aria-label={label ?? t("copy")} onClick={onClick} {...rest}>
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span className="sr-only" aria-live="polite">
        {copied ? t("copied") : ""}
      </span>
    </Button>
  );
}
