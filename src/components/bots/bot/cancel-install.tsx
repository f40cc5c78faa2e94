"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import { Button } from "../../ui/button";

/** Ends an install that is under way. */
export function CancelInstall({ botId }: { botId: string }) {
  const t = useTranslations("install");
  const say = useFailureText();
  const cancel = useMutation({
    mutationFn: () => client.bots.cancelInstall({ botId }),
    onError: (error) => toast.error(say(error)),
  });
  // Stays "cancelling" after the answer: the panel goes by itself once the tree of the install is gone.
  const under = cancel.isPending || cancel.isSuccess;
  return (
    <Button size="sm" variant="outline" pending={under} onClick={() => cancel.mutate()}>
      {t(under ? "cancelling" : "cancel")}
    </Button>
  );
}
