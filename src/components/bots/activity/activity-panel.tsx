"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { z } from "zod";
import { client } from "#client/api";
import type { activityView } from "#contracts/api/bots";
import type { BotRun } from "#contracts/bot";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { usePending } from "../../ui/use-pending";
import { useThisBot } from "../bot/this-bot";
import { ActivityEntry } from "./activity-entry";
import { RunsTable } from "./runs-table";
import { useHistory } from "./use-history";

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
  const { view, live } = useThisBot();
  const { newest, lives } = useHistory(view.id, { first, runs, state: live?.status.state });
  const [more, setMore] = useState<{ entries: Entry[]; next: string | null }>({ entries: [], next: first.next });
  const { pending, during } = usePending();
  // What came since pushes entries of the first page off the newest one: each is shown once, newest first.
  const entries = [
    ...new Map([...newest, ...first.entries, ...more.entries].map((entry) => [entry.id, entry])).values(),
  ];
  async function loadMore() {
    const cursor = more.next;
    if (cursor === null) return;
    await during(async () => {
      const older = await client.bots.activity({ botId: view.id, cursor });
      setMore({ entries: [...more.entries, ...older.entries], next: older.next });
    });
  }
  return (
    <div className="grid items-start gap-8 xl:grid-cols-2">
      <section className="flex min-w-0 flex-col gap-4">
        <div>
          <h2 className="font-semibold text-lg">{t("title")}</h2>
          <p className="text-muted-foreground text-sm">{t("intro")}</p>
        </div>
        {entries.length === 0 ? <EmptyState title={t("empty")} /> : null}
        <ol className="flex flex-col">
          {entries.map((entry) => (
            <ActivityEntry key={entry.id} entry={entry} />
          ))}
        </ol>
        {more.next === null ? null : (
          <Button variant="outline" size="sm" className="self-start" pending={pending} onClick={loadMore}>
            {t(pending ? "loading" : "more")}
          </Button>
        )}
      </section>
      <RunsTable runs={lives} />
    </div>
  );
}
