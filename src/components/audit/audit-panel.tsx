"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import type { AuditView } from "#contracts/api/audit";
import { ActivityEntry } from "../bots/activity/activity-entry";
import { useManner } from "../live/time";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { usePending } from "../ui/use-pending";
import { AuditFilters, type Chosen, filterOf, noFilter } from "./audit-filters";
import { Retention } from "./retention";

type Page = { entries: readonly AuditView[]; next: string | null };

/** The audit log: what is looked for, and what was found, newest first. */
export function AuditPanel({ first, keepDays }: { first: Page; keepDays: number | null }) {
  const t = useTranslations("audit");
  const { timeZone } = useManner();
  const [chosen, setChosen] = useState<Chosen>(noFilter);
  const [page, setPage] = useState(first);
  const { pending, during } = usePending();

  const read = async (filter: Chosen, cursor: string | null) => {
    await during(async () => {
      const found = await client.audit.list({ ...filterOf(filter, timeZone), ...(cursor !== null && { cursor }) });
      setPage(cursor === null ? found : { ...found, entries: [...page.entries, ...found.entries] });
    });
  };
  const look = (filter: Chosen) => {
    setChosen(filter);
    void read(filter, null);
  };
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <AuditFilters initial={chosen} pending={pending} onLook={look} />
      {page.entries.length === 0 ? <EmptyState title={t("empty")} /> : null}
      <ol className="flex flex-col" aria-label={t("title")} aria-busy={pending}>
        {page.entries.map((entry) => (
          <ActivityEntry key={entry.id} entry={entry} bot={{ id: entry.botId, name: entry.botName }} />
        ))}
      </ol>
      {page.next === null ? null : (
        <Button
          variant="outline"
          size="sm"
          className="self-start"
          pending={pending}
          onClick={() => void read(chosen, page.next)}
        >
          {t("more")}
        </Button>
      )}
      <Retention initial={keepDays} />
    </div>
  );
}
