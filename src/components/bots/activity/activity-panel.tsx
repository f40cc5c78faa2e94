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
  const say = useFailureText();
  const { view, live } = useThisBot();
  const { newest, lives } = useHistory(view.id, { first, runs, state: live?.status.state });
  const [more, setMore] = useState<{ entries: Entry[]; next: string | null }>({ entries: [], next: first.next });
  const [pending, setPending] = useState(false);
  // What came since pushes entries of the first page off the newest one: each is shown once, newest first.
  const entries = [
    ...new Map([...newest, ...first.entries, ...more.entries].map((entry) => [entry.id, entry])).values(),
  ];
  async function loadMore() {
    if (more.next === null) return;
    setPending(true);
    try {
      const older = await client.bots.activity({ botId: view.id, cursor: more.next });
      setMore({ entries: [...more.entries, ...older.entries], next: older.next });
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
