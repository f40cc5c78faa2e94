"use client";

import { useTranslations } from "next-intl";
import { Toaster as Sonner } from "sonner";

/** Where toasts appear; one for the app. Say something with `toast` from "sonner". */
export function Toaster() {
  const t = useTranslations("common");
  return (
    <Sonner
      containerAriaLabel={t("notices")}
      position="bottom-right"
      closeButton
      toastOptions={{
        classNames: {
          toast: "bg-popover! text-foreground! border-border! rounded-lg!",
          description: "text-muted-foreground!",
          error: "border-danger!",
          closeButton: "bg-popover! text-foreground! border-border!",
        },
      }}
    />
  );
}
