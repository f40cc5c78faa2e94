"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { keys, takeBot } from "#client/queries";
import type { BotView } from "#contracts/api/bots";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/confirm-dialog";

type Props = { bot: Pick<BotView, "id" | "name" | "owner"> };

/** For an admin: allows a bot what its server does not allow by itself, after the same question as in its settings, and starts it. */
export function AllowBot({ bot }: Props) {
  const t = useTranslations("why");
  const trust = useTranslations("settings.trust");
  const queries = useQueryClient();
  const me = useQuery({ queryKey: keys.me, queryFn: () => client.account.me() });
  const [asking, setAsking] = useState(false);
  if (me.data?.role !== "admin") return null;
  async function allow() {
    await takeBot(queries, await client.bots.trust({ botId: bot.id, trusted: true }));
    await client.bots.start({ botId: bot.id });
  }
  return (
    <>
      <Button size="xs" variant="outline" onClick={() => setAsking(true)}>
        {t("fix.trust")}
      </Button>
      {asking ? (
        <ConfirmDialog
          title={t("allowTitle", { name: bot.name })}
          body={trust("hint", { owner: bot.owner.name })}
          action={t("allowAndStart")}
          onConfirm={allow}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
