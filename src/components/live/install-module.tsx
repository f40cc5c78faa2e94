"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";

/** Installs the package that an error misses and starts the bot; how it goes is told under Dependencies. */
export function InstallModule({ botId, name }: { botId: string; name: string }) {
  const t = useTranslations("why");
  const say = useFailureText();
  const router = useRouter();
  const queries = useQueryClient();
  const install = useMutation({
    mutationFn: () => client.dependencies.install({ botId, name, start: true }),
    onSuccess: () => {
      // That tab may have been looked at a moment ago.
      void queries.invalidateQueries({ queryKey: keys.dependencies(botId) });
      router.push(`/bots/${botId}/dependencies`);
    },
    onError: (error) => toast.error(say(error)),
  });
  return (
    <Button size="xs" variant="outline" pending={install.isPending} onClick={() => install.mutate()}>
      {t("fix.module", { name })}
    </Button>
  );
}
