"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import type { z } from "zod";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { activityView } from "#contracts/api/bots";
import type { BotRun } from "#contracts/bot";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { useThisBot } from "../bot/this-bot";
import { ActivityEntry } from "./activity-entry";
import { RunsTable } from "./runs-table";

/** One thing somebody did. */
export type Entry = z.infer<typeof activityView>;

/** Who did what with a bot, and each of its lives. */
export function ActivityPanel({
  first,
  runs,
}: {
  first: { entries: Entry[]; next: string | null };
  /** Null when nobody can tell now. */
  runs: BotRun[] | null;
}) {
  const t = useTranslations("activity");
  const say = useFailureText();
  const { view } = useThisBot();
  const [page, setPage] = useState(first);
  const [pending, setPending] = useState(false);
  async function more() {
    if (page.next === null) return;
    setPending(true);
    try {
      const older = await client.bots.activity({ botId: view.id, before: page.next });
      setPage({ entries: [...page.entries, ...older.entries], next: older.next });
    } catch (error) {
      toast.error(say(error));
    } finally {
      setPending(false);
    }
  }
  return (
    <div className="grid items-start gap-8 xl:grid-cols-2">
      <section className="flex min-w-0 flex-col gap-4">
        <div>
          <h2 className="font-semibold text-lg">{t("title")}</h2>
          <p className="text-muted-foreground text-sm">{t("intro")}</p>
        </div>
        {page.entries.length === 0 ? <EmptyState title={t("empty")} /> : null}
        <ol className="flex flex-col">
          {page.entries.map((entry) => (
            <ActivityEntry key={entry.id} entry={entry} />
          ))}
        </ol>
        {page.next === null ? null : (
          <Button variant="outline" size="sm" className="self-start" pending={pending} onClick={more}>
            {t(pending ? "loading" : "more")}
          </Button>
        )}
      </section>
      <RunsTable runs={runs} />
    </div>
  );
}
