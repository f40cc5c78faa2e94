"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { client } from "#client/api";
import { keys, takeBot } from "#client/queries";
import { Label } from "../../ui/label";
import { Switch } from "../../ui/switch";
import { usePending } from "../../ui/use-pending";
import { useThisBot } from "../bot/this-bot";
import { Section } from "./section";

/**
 * For an admin, about a bot that is somebody else's, or their own from a time when they were none: whether it may run where this server
 * cannot keep bots apart, and from a folder of it.
 */
export function TrustSection() {
  const t = useTranslations("settings.trust");
  const id = useId();
  const queries = useQueryClient();
  const { view } = useThisBot();
  const me = useQuery({ queryKey: keys.me, queryFn: () => client.account.me() });
  const { pending, during } = usePending();
  if (me.data?.role !== "admin" || (me.data.id === view.owner.id && view.trusted)) return null;

  async function trust(trusted: boolean) {
    await during(async () => {
      await takeBot(queries, await client.bots.trust({ botId: view.id, trusted }));
    });
  }
  return (
    <Section title={t("title")}>
      <div className="flex items-start gap-3">
        <Switch
          id={id}
          checked={view.trusted}
          disabled={pending}
          aria-describedby={`${id}-hint`}
          onCheckedChange={(trusted) => void trust(trusted)}
        />
        <div className="flex flex-col gap-1">
          <Label htmlFor={id}>{t("allow")}</Label>
          <p id={`${id}-hint`} className="text-muted-foreground text-xs">
            {t("hint", { owner: view.owner.name })}
          </p>
        </div>
      </div>
    </Section>
  );
}
