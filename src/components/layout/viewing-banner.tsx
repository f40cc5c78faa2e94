"use client";

import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { leaveFor } from "#client/session";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";

/** Says to an admin as whom they look at the panel, and leads back. */
export function ViewingBanner({ name }: { name: string }) {
  const t = useTranslations("access.viewing");
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  const stop = async () => {
    setPending(true);
    try {
      await client.viewAs.stop();
      // Everything on the page was read in the other's name.
      leaveFor("/");
    } catch (error) {
      toast.error(say(error));
      setPending(false);
    }
  };
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-center gap-3 border-waiting/40 border-b bg-waiting-soft px-4 py-2 text-center text-sm text-waiting"
    >
      <Eye className="size-4 shrink-0" aria-hidden />
      <span>{t("says", { name })}</span>
      <Button size="xs" variant="outline" pending={pending} onClick={() => void stop()}>
        {t("stop", { name })}
      </Button>
    </div>
  );
}
