"use client";

import { Check, Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { useCopy } from "../ui/use-copy";

/** Copies the address of a line. Out of sight until the line is pointed at or the button reached by keyboard. */
export function CopyLink({ address }: { address: string }) {
  const t = useTranslations("console.link");
  const { copied, copy } = useCopy();
  const onClick = () => {
    const link = new URL(address, window.location.href).href;
    // Without a clipboard it stands in the notice, to be copied by hand.
    return copy(link).catch(() => toast.error(t("failed"), { description: link }));
  };
  return (
    <button
      type="button"
      aria-label={t("copy")}
      title={t("copy")}
      className="-my-0.5 flex size-6 shrink-0 cursor-pointer select-none items-center justify-center self-start rounded text-muted-foreground opacity-0 outline-none hover:bg-secondary hover:text-foreground focus-visible:opacity-100 focus-visible:ring-2 focus-visible:ring-ring group-focus-within/line:opacity-100 group-hover/line:opacity-100 pointer-coarse:opacity-70"
      onClick={onClick}
    >
      {copied ? <Check className="size-3.5" aria-hidden /> : <Link2 className="size-3.5" aria-hidden />}
      <span className="sr-only" aria-live="polite">
        {copied ? t("copied") : ""}
      </span>
    </button>
  );
}
