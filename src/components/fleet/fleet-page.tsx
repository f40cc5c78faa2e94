"use client";

import { CircleAlert, Plus, SearchX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { keep, recall } from "#client/preferences";
import { useBots } from "#client/queries";
import { useFailureText } from "#client/words";
import type { BotView } from "#contracts/api/bots";
import { PageTitle } from "../layout/page-title";
import { useConnection } from "../live/provider";
import { useFleetLive } from "../live/use-live";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { arrange, countStates, type Row, type Sorting, type StateFilter, sorting, tagsOf } from "./arrange";
import { BulkBar } from "./bulk-bar";
import { FirstBot } from "./first-bot";
import { FleetList } from "./fleet-list";
import { FleetSkeleton } from "./fleet-skeleton";
import { FleetTools } from "./fleet-tools";
import { HostStrip } from "./host-strip";
import { Strays } from "./strays";
import { useUnlisted } from "./use-unlisted";

const SORT_KEY = "botyard-fleet-sort";
const byName: Sorting = { by: "name", down: false };

/** The home page: every bot the viewer may see. `initial` is absent when the server could not read it. */
export function FleetPage({ initial, admin }: { initial?: { bots: BotView[]; workerAway: boolean }; admin: boolean }) {
  const t = useTranslations("fleet");
  const tCommon = useTranslations("common");
  const say = useFailureText();
  const query = useBots(initial);
  const { live, roster } = useFleetLive();
  const connection = useConnection();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<StateFilter>("all");
  const [tag, setTag] = useState("");
  const [sort, setSort] = useState<Sorting>(byName);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const sought = useDeferredValue(search);

  useEffect(() => setSort(recall(SORT_KEY, sorting) ?? byName), []);
  const chooseSort = (next: Sorting) => {
    setSort(next);
    keep(SORT_KEY, next);
  };

  // Somebody made or deleted a bot.
  const { refetch } = query;
  useEffect(() => {
    if (roster > 0) void refetch();
  }, [roster, refetch]);

  const bots = query.data?.bots;
  useUnlisted(query, live);
  const blind = connection.state === "lost" && connection.cause !== "unknown";
  const rows = useMemo<Row[]>(
    () => (bots ?? []).map((bot) => ({ bot, live: blind ? null : (live.get(bot.id) ?? bot.live) })),
    [bots, live, blind],
  );
  const shown = useMemo(() => arrange(rows, { search: sought, filter, tag, sort }), [rows, sought, filter, tag, sort]);
  const tags = useMemo(() => tagsOf(rows), [rows]);
  const counts = useMemo(() => countStates(rows), [rows]);
  const chosen = useMemo(() => rows.filter(({ bot }) => selected.has(bot.id)), [rows, selected]);

  const select = useCallback((botId: string, on: boolean) => {
    setSelected((held) => {
      const next = new Set(held);
      if (on) next.add(botId);
      else next.delete(botId);
      return next;
    });
  }, []);

  if (!bots) {
    if (!query.isError) return <FleetSkeleton />;
    return (
      <EmptyState level={1} icon={<CircleAlert aria-hidden />} title={t("failedTitle")} description={say(query.error)}>
        <Button onClick={() => void query.refetch()} pending={query.isFetching}>
          {tCommon("tryAgain")}
        </Button>
      </EmptyState>
    );
  }
  if (bots.length === 0)
    return (
      <>
        {admin ? <Strays /> : null}
        <FirstBot admin={admin} />
      </>
    );

  return (
    <>
      <PageTitle
        title={t("title")}
        note={`${t("count", { count: bots.length })}${blind ? "" : ` · ${t("running", { count: counts.up })}`}`}
      >
        <Button asChild>
          <Link href="/bots/new">
            <Plus aria-hidden />
            {t("add")}
          </Link>
        </Button>
      </PageTitle>
      {admin ? <Strays /> : null}
      <HostStrip />
      <FleetTools
        search={search}
        onSearch={setSearch}
        filter={filter}
        onFilter={setFilter}
        counts={counts}
        tags={tags}
        tag={tag}
        onTag={setTag}
        sort={sort}
        onSort={chooseSort}
      />
      {shown.length > 0 ? (
        <FleetList
          rows={shown}
          selected={selected}
          onSelect={select}
          onSelectAll={(on) => setSelected(on ? new Set(shown.map(({ bot }) => bot.id)) : new Set())}
        />
      ) : (
        <EmptyState icon={<SearchX aria-hidden />} title={t("noMatchTitle")} description={t("noMatchDescription")}>
          <Button
            variant="outline"
            onClick={() => {
              setSearch("");
              setFilter("all");
              setTag("");
            }}
          >
            {t("noMatchClear")}
          </Button>
        </EmptyState>
      )}
      <BulkBar rows={chosen} onClear={() => setSelected(new Set())} />
    </>
  );
}
